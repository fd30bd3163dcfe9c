"""Sample texts for the style page. No real person, unit or case."""

from datetime import datetime, timedelta
from typing import TypedDict


class Row(TypedDict):
    title: str
    place: str
    state: str
    state_label: str
    unit: str
    icon: str
    given: float
    left: float
    visits: str


STATES = (
    ("reported", "已上报"),
    ("accepted", "已受理"),
    ("not_accepted", "不予受理"),
    ("dispatched", "已派遣"),
    ("returned", "已退回"),
    ("handling", "处置中"),
    ("extension_asked", "延期待批"),
    ("awaiting_verification", "待核查"),
    ("rework", "返工"),
    ("pending", "挂账"),
    ("closed", "已结案"),
    ("settled_on_the_spot", "自办自结"),
    ("merged", "已合并"),
    ("withdrawn", "已撤销"),
    ("archived", "已归档"),
)
SEVERITIES = (
    ("general", "一般"),
    ("considerable", "较大"),
    ("major", "重大"),
    ("critical", "特别重大"),
)
CATEGORIES = (("", "请选择"), ("fire", "森林防火"), ("geo", "地质灾害"), ("wage", "欠薪"))
SOURCES = (("visit", "来访"), ("call", "来电"), ("grid", "网格员"), ("hotline", "12345热线"))
TABS = (
    {"url": "#", "label": "全部", "active": True, "count": "10,000"},
    {"url": "#", "label": "待受理", "active": False, "count": 12},
    {"url": "#", "label": "处置中", "active": False, "count": 348},
    {"url": "#", "label": "已结案", "active": False, "count": None},
)
CHIPS = ("乡镇：乌东德镇", "状态：处置中", "只看逾期")
NOTE = "派遣后，茂山镇综治办立即收到任务，须在明天 11:30 前反馈结果。"
LEGEND = ("没有或 1 件", "2–5 件", "6–10 件", "11–20 件", "20 件以上")
REPORT = (
    "11月20日下午3点左右，巡查到撒营盘镇撒老乌村委会大松树村民小组后山时，发现有村民在林地边缘焚烧"
    "玉米秆和杂草，火堆离林缘不到十米，当时风力约三级，未见专人看守。网格员当场劝阻并与两名村民一起"
    "用水和铁锹将明火扑灭，守候四十分钟确认没有复燃后离开。现场约有三十平方米草地过火，没有人员受伤，"
    "没有烧到林木。焚烧秸秆的是一户独居老人，子女在昆明务工，老人表示不清楚防火期的规定。村民小组长"
    "反映，后山还有五六户习惯在地边烧秸秆，往年这个季节也曾两次引燃荒草。建议镇综治办会同林草站到组里"
    "开一次院坝会，把防火期和用火报备讲清楚；同时帮助独居老人清运剩余的秸秆，在进山路口补设一块防火"
    "宣传牌，并在十二月底前安排护林员每天傍晚加巡一次。现场照片四张、扑救后照片两张已附。该路段只有"
    "一条机耕道，消防车不能到达，最近的取水点在小组水窖，距离约六百米，水量不足十立方米，需要一并考虑。"
)

ROWS: list[Row] = [
    {
        "title": "后山村民焚烧玉米秆引燃荒草，火已扑灭，仍有复燃可能，需安排夜间看守和秸秆清运",
        "place": "撒营盘镇 / 撒老乌村委会 / 大松树村民小组第三网格",
        "state": "handling", "state_label": "处置中",
        "unit": "撒营盘镇综治办", "icon": "fire",
        "given": 60, "left": -27.5, "visits": "3",
    },
    {
        "title": "李子沟路段落石阻断半幅路面",
        "place": "乌东德镇 / 新村村委会 / 李子沟",
        "state": "returned", "state_label": "已退回",
        "unit": "县交通运输局", "icon": "signpost",
        "given": 30, "left": -1.2, "visits": "1",
    },
    {
        "title": "两户因宅基地边界争执，已约定周四下午到村委会调解",
        "place": "茂山镇 / 甲甸村委会 / 上甲甸村民小组",
        "state": "dispatched", "state_label": "已派遣",
        "unit": "茂山镇人民调解委员会", "icon": "people",
        "given": 40, "left": 1.4, "visits": "12",
    },
    {
        "title": "集镇路灯不亮",
        "place": "屏山街道 / 南街社区",
        "state": "awaiting_verification", "state_label": "待核查",
        "unit": "县住房和城乡建设局", "icon": "lightning-charge",
        "given": 8, "left": 5.3, "visits": "0",
    },
    {
        "title": "务工人员反映工地拖欠三个月工资共14人",
        "place": "转龙镇 / 大水井村委会 / 安置点二期工地",
        "state": "extension_asked", "state_label": "延期待批",
        "unit": "县人力资源和社会保障局", "icon": "chat-left-text",
        "given": 70, "left": 8, "visits": "1,024",
    },
    {
        "title": "皎平渡镇皎西村委会小河边村民小组自建房二楼悬挑部分开裂",
        "place": "皎平渡镇 / 皎西村委会 / 小河边村民小组",
        "state": "reported", "state_label": "已上报",
        "unit": "", "icon": "house",
        "given": 2, "left": 76, "visits": "2",
    },
]  # fmt: skip


def case(now: datetime) -> dict[str, object]:
    """The sample of a case page."""
    return {
        "title": ROWS[0]["title"],
        "state_label": "处置中",
        "severity": "重大",
        "text": REPORT,
        "due": now + timedelta(hours=19),
        "start": now - timedelta(hours=29),
        "facts": (
            ("编号", "LQ-2026-004217"),
            ("类别", "安全隐患 / 森林防火"),
            ("地点", ROWS[0]["place"]),
            ("来源", "网格员"),
            ("上报时间", "2026-11-20 15:42"),
            ("牵头单位", "撒营盘镇综治办"),
            ("协办单位", "镇林草站、撒老乌村委会"),
        ),
        "effect": "反馈后，由县指挥中心安排现场核查；核查人不能是处置人。",
        "primary": "反馈处置结果",
        "second": "退回并说明理由",
        "third": "申请延期",
        "return_effect": "退回后由县里裁定，每件只能退回一次。",
        "events": _events(now),
    }


def _events(now: datetime) -> list[dict[str, object]]:
    return [
        {"at": now - timedelta(hours=2), "who": "撒营盘镇综治办 杨某", "what": "签收",
         "icon": "check-lg", "tone": "primary", "text": "已通知护林员今晚值守。"},
        {"at": now - timedelta(hours=27), "who": "县指挥中心 派遣员",
         "what": "派遣给撒营盘镇综治办", "icon": "send", "tone": "information",
         "text": "按网格和类别推荐，协办：镇林草站。"},
        {"at": now - timedelta(hours=29), "who": "网格员 普某", "what": "上报",
         "icon": "inbox", "tone": "neutral", "text": "附照片六张。"},
    ]  # fmt: skip


def deadlines(now: datetime) -> list[tuple[datetime | None, datetime, datetime | None]]:
    """Due, start and end of each look of the time left."""
    hours = timedelta(hours=1)
    return [
        (now + 50 * hours, now - 10 * hours, None),
        (now + 3 * hours, now - 30 * hours, None),
        (now - 5 * hours, now - 30 * hours, None),
        (now - 5 * hours, now - 30 * hours, now - 6 * hours),
        (now - 30 * hours, now - 60 * hours, now - 6 * hours),
        (None, now, None),
    ]


STATS: tuple[dict[str, object], ...] = (
    {"label": "按期结案率", "value": "93.72", "unit": "%", "numerator": "911",
     "denominator": "972", "definition": "按期结案数除以应结案数。"},
    {"label": "在办", "value": "1,286", "unit": "件", "definition": "已受理未结案的事件。"},
    {"label": "返工率", "value": "4.1", "unit": "%", "numerator": "40", "denominator": "972",
     "definition": "返工数除以处置数。"},
    {"label": "群众满意率", "value": None, "unit": "%", "numerator": "0", "denominator": "0",
     "definition": "满意数除以收到的评价数；没有评价时不计算。"},
)  # fmt: skip
CHART: dict[str, object] = {
    "title": "每月受理件数",
    "emphasis": "撒营盘镇",
    "heads": ("月份", "撒营盘镇", "茂山镇", "转龙镇"),
    "rows": tuple(
        (f"{month}月", 60 + month * 7 % 31, 40 + month * 5 % 17, 30 + month * 11 % 13)
        for month in range(1, 13)
    ),
}
