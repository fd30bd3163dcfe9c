"""Names of China's statutory holidays (全国年节及纪念日放假办法)."""

from collections.abc import Mapping

OFFICIAL: Mapping[str, str] = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
    "国庆节": "National Day",
}
_CHINESE = {english.casefold(): chinese for chinese, english in OFFICIAL.items()}


def english_name(name: str) -> str:
    """A name as an English reader knows it; what is not official stays as it is written."""
    return ", ".join(OFFICIAL.get(part, part) for part in name.split("、"))


def chinese_name(name: str) -> str:
    """The official name of a holiday that a list gives in English."""
    return _CHINESE.get(name.strip().casefold(), name.strip())
