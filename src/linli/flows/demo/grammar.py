"""Composes reports that read like those of grid workers and callers, from phrases with slots.

texts/*.yaml holds the phrases, one file for each first-level category. For every category:
`weight` is its share of the year, `season` and `day` name rows of seasons.py, `spot` a row of
SPOTS below. Neither names nor telephone numbers are ever composed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

SPOTS: dict[str, tuple[str, ...]] = {
    "house": ("老寨子", "村口", "公房旁", "小学后面", "水塘边", "半山腰", "村中间", "大路下面"),
    "field": ("河边田", "后山坡地", "大田坝", "公路下方的地里", "水库下面", "烤烟房旁", "梯田"),
    "ditch": ("大沟", "支渠", "坝塘下的支沟", "水池旁", "抽水站", "村头水沟", "高位水池"),
    "forest": ("后山", "林场边", "防火通道旁", "松林下", "山顶岔路口", "祖坟山", "林区卡口"),
    "slope": ("后山边坡", "公路内侧", "滑坡点", "弃土场下方", "村子上方", "桥头边坡"),
    "river": ("河边", "小坝塘", "水库尾", "便桥旁", "河湾", "涵洞口", "灌溉水池"),
    "road": ("进村路口", "通组路", "急弯处", "村委会门前的路", "学校路段", "大桥头", "岔路口"),
    "street": ("主街", "老街", "农贸市场后门", "卫生院门口", "车站旁", "新街", "文化站旁"),
    "market": ("街子", "农贸市场", "牲畜交易场", "菜市口", "桥头街", "客运站外"),
    "square": ("活动广场", "老年活动室", "学校旁", "村委会院坝", "篮球场", "公房"),
    "work": ("公路施工点", "砂石料场", "大棚基地", "水利工地", "光伏项目点", "安置房工地"),
    "none": ("",),
}

OPENERS: dict[str, tuple[str, ...]] = {
    "grid_worker": ("巡查发现，", "走访时看到，", "日常巡查中发现，", "入户走访了解到，",
                    "赶街巡查时发现，", "按群众指点到现场查看，", "今天巡查，", ""),
    "visit": ("群众到综治中心反映，", "群众来访反映，", "群众到村委会反映，", "群众上门反映，"),
    "letter": ("群众来信反映，", "意见箱中有来信反映，"),
    "call": ("群众来电反映，", "接群众电话，", "值班电话接报，", "村小组来电，"),
    "hotline": ("12345热线转来，", "市民通过12345反映，", "12345工单：", "热线分派，"),
    "from_above": ("上级交办，", "州市转办，", "督查组交办，"),
    "department": ("部门移送，", "派出所移送，", "相关部门函告，"),
    "leader_message": ("领导留言板群众留言，", "群众给领导留言，"),
    "proposal": ("代表建议，", "委员提案反映，"),
    "device": ("监测设备告警，经核实", "监控巡检发现，"),
}  # fmt: skip

AT_THE_DOOR = ("入户走访了解到，", "走访时群众提到，", "上门服务时了解到，")

CROPS = (
    "玉米",
    "烤烟",
    "洋芋",
    "蚕豆",
    "小麦",
    "水稻",
    "荞子",
    "核桃",
    "板栗",
    "辣椒",
    "萝卜",
    "油菜",
)
ANIMALS = ("牛", "羊", "山羊", "猪", "马", "骡子", "鸡", "鹅")
FRUITS = ("核桃", "梨", "桃", "柿子", "板栗", "李子")
DRY = ("天干物燥，", "近期风大，", "久晴无雨，")
WET = ("雨后", "连日下雨，", "昨夜大雨后", "雷雨过后，")
COLD = ("降温后", "霜冻过后，", "清早")

_SLOTS: dict[str, Callable[[Random], str]] = {
    "n": lambda rng: str(rng.randint(2, 9)),
    "d": lambda rng: str(rng.randint(2, 15)),
    "m": lambda rng: str(rng.randint(3, 60)),
    "s": lambda rng: rng.choice(("0.5", "0.8", "1.2", "1.5", "2", "3")),
    "h": lambda rng: str(rng.randint(6, 80)),
    "h2": lambda rng: str(rng.randint(2, 12)),
    "mu": lambda rng: rng.choice(("1.5", "2", "3", "5", "8", "12", "20", "35")),
    "fen": lambda rng: str(rng.randint(2, 9)),
    "mo": lambda rng: str(rng.randint(1, 8)),
    "wan": lambda rng: rng.choice(("1.2", "2", "3.6", "5", "8", "12", "17.5")),
    "qian": lambda rng: rng.choice(("300", "500", "800", "1200", "2000", "3500", "5000")),
    "min": lambda rng: str(rng.choice((10, 15, 20, 30, 40))),
    "cm": lambda rng: str(rng.randint(2, 25)),
    "fang": lambda rng: str(rng.choice((1, 2, 3, 5, 8, 15, 30))),
    "zhuo": lambda rng: str(rng.randint(6, 60)),
    "night": lambda rng: rng.choice(("十", "十一", "十二")),
    "crop": lambda rng: rng.choice(CROPS),
    "animal": lambda rng: rng.choice(ANIMALS),
    "fruit": lambda rng: rng.choice(FRUITS),
}


@dataclass(frozen=True, slots=True)
class Topic:
    """The phrases and rhythm of one category."""

    code: str
    weight: float
    season: str
    day: str
    spot: str
    what: tuple[str, ...]
    detail: tuple[str, ...]
    asks: tuple[str, ...]


@cache
def topics() -> dict[str, Topic]:
    """By category code, as in texts/*.yaml."""
    found: dict[str, Topic] = {}
    folder = files(__package__) / "texts"
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        document: dict[str, Any] = yaml.safe_load(entry.read_text("utf-8"))
        for code, given in document["categories"].items():
            given["what"], given["detail"] = tuple(given["what"]), tuple(given["detail"])
            found[code] = Topic(code=code, asks=tuple(document["asks"]), **given)
    return found


def spot_of(topic: Topic, rng: Random) -> str:
    return rng.choice(SPOTS[topic.spot])


def compose(topic: Topic, rng: Random, *, source: str, where: str, at: datetime) -> tuple[str, str]:
    """A title and a text; `at` is local time. Some are terse, as real ones are."""
    what = _filled(rng.choice(topic.what), rng)
    visiting = source == "grid_worker" and topic.spot == "none"
    opener = rng.choice(AT_THE_DOOR if visiting else OPENERS[source])
    parts = [f"{opener}{_weather(topic, rng, at)}{where}{what}"]
    if rng.random() < 0.82:
        parts.append(_filled(rng.choice(topic.detail), rng))
    if topic.spot != "none" and rng.random() < 0.25:
        parts.append(_clock(at, rng))
    if rng.random() < 0.7:
        parts.append(rng.choice(topic.asks))
    return f"{where}{what}"[:40], "。".join(parts) + "。"


def _filled(phrase: str, rng: Random) -> str:
    if "{" not in phrase:
        return phrase
    slots = {name: make(rng) for name, make in _SLOTS.items() if f"{{{name}}}" in phrase}
    return phrase.format_map(slots)


def _weather(topic: Topic, rng: Random, at: datetime) -> str:
    pools = {"fire": DRY, "flood": WET, "rain": WET, "storm": WET, "cold": COLD}
    season = {"flood": at.month in range(5, 11), "rain": at.month in range(5, 11),
              "storm": at.month in range(4, 10), "fire": at.month in (1, 2, 3, 4, 5),
              "cold": at.month in (11, 12, 1, 2)}  # fmt: skip
    if season.get(topic.season) and rng.random() < 0.3:
        return rng.choice(pools[topic.season])
    return ""


def _clock(at: datetime, rng: Random) -> str:
    part = "早上" if at.hour < 9 else "上午" if at.hour < 12 else "下午" if at.hour < 18 else "晚上"
    hour = at.hour if at.hour <= 12 else at.hour - 12
    return rng.choice((f"{part}{hour}点左右发现", f"{at.month}月{at.day}日{part}的情况"))
