"""Names and shapes of the demo county.

The thirteen townships are real places of Luquan, as public as a road sign; the newspaper report
that the county is modelled on counts 13 first-level grids without naming them, so which ones
stand here is our choice. Everything below a township is invented: villages, groups, people,
units' habits, and the boundary, which is drawn by hand and only resembles the region's extent.
"""

from typing import NamedTuple


class Township(NamedTuple):
    """Centre in WGS-84 degrees; `weight` is its share of people; market days by zodiac branch."""

    code: str
    name: str
    name_en: str
    lon: float
    lat: float
    villages: int
    weight: float
    market: tuple[int, ...]  # 0 = rat 子; two branches six apart make a market every six days


TOWNSHIPS = (
    Township("001", "屏山街道", "Pingshan", 102.470, 25.555, 16, 2.6, (0, 6)),
    Township("102", "撒营盘镇", "Sayingpan", 102.500, 25.995, 17, 1.5, (1, 7)),
    Township("103", "转龙镇", "Zhuanlong", 102.830, 25.840, 13, 1.2, (2, 8)),
    Township("104", "茂山镇", "Maoshan", 102.330, 25.590, 10, 1.0, (3, 9)),
    Township("105", "团街镇", "Tuanjie", 102.340, 25.770, 9, 0.9, (4, 10)),
    Township("106", "中屏镇", "Zhongping", 102.590, 25.960, 12, 1.0, (5, 11)),
    Township("107", "皎平渡镇", "Jiaopingdu", 102.390, 26.240, 11, 0.9, (0, 6)),
    Township("108", "乌东德镇", "Wudongde", 102.640, 26.230, 11, 0.9, (1, 7)),
    Township("109", "翠华镇", "Cuihua", 102.580, 25.680, 17, 1.3, (2, 8)),
    Township("110", "九龙镇", "Jiulong", 102.660, 25.820, 18, 1.3, (3, 9)),
    Township("204", "云龙乡", "Yunlong", 102.430, 25.890, 8, 0.6, (4, 10)),
    Township("211", "则黑乡", "Zehei", 102.710, 26.090, 13, 0.9, (5, 11)),
    Township("212", "乌蒙乡", "Wumeng", 102.790, 25.990, 10, 0.6, (0, 6)),
)

# An invented outline, longitude and latitude in WGS-84 degrees, counter-clockwise, not closed.
BOUNDARY = (
    (102.262, 25.531), (102.318, 25.468), (102.395, 25.437), (102.463, 25.412),
    (102.541, 25.448), (102.602, 25.512), (102.668, 25.561), (102.701, 25.633),
    (102.742, 25.690), (102.811, 25.708), (102.868, 25.751), (102.892, 25.822),
    (102.873, 25.899), (102.881, 25.968), (102.846, 26.041), (102.812, 26.108),
    (102.763, 26.151), (102.742, 26.228), (102.701, 26.291), (102.633, 26.331),
    (102.571, 26.309), (102.498, 26.342), (102.421, 26.353), (102.352, 26.322),
    (102.297, 26.268), (102.312, 26.189), (102.351, 26.121), (102.339, 26.048),
    (102.288, 25.983), (102.261, 25.909), (102.228, 25.841), (102.241, 25.763),
    (102.219, 25.689), (102.236, 25.607),
)  # fmt: skip

VILLAGE_HEADS = (
    "松", "花椒", "核桃", "杨柳", "石板", "麦地", "清水", "马厂", "岔河", "桃园", "竹林", "白沙",
    "青龙", "凤凰", "月亮", "龙潭", "黄泥", "栗树", "梨园", "柏香", "老鹰", "羊街", "牛场", "荞地",
    "野鸭", "大箐", "双河", "半坡", "三岔", "红石", "冷水", "温泉", "磨盘", "仓房", "瓦窑", "铁厂",
    "古城", "新民", "和平", "永兴",
)  # fmt: skip
VILLAGE_TAILS = ("坪", "箐", "湾", "坝", "冲", "哨", "营", "岭", "沟", "塘", "坡", "山")

GROUP_HEADS = (
    "上", "下", "大", "小", "老", "新", "东", "西", "中", "前", "后", "水", "山", "桥", "石", "松",
    "柳", "沙", "田", "路",
)  # fmt: skip
GROUP_TAILS = ("村", "寨", "坡", "头", "边", "湾", "脚", "园")

SURNAMES = "李王张杨普毕鲁罗赵周马朱刘陈何段董沈唐邓"
GIVEN = "春秋明华丽芬荣平安光红兰英云江海峰林松柏文武学勤慧敏洁志强永福顺康宁"
