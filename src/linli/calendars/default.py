"""The calendar that a new county starts with: office hours, and China's holidays there."""

from linli.calendars.documents import CalendarDocument
from linli.calendars.statutory import OFFICE, statutory_days

CHINESE_ZONES = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin"})
YEARS = range(2004, 2028)


def default_document(timezone: str) -> CalendarDocument:
    """Monday to Friday in office hours; the county edits its own copy."""
    days = statutory_days("CN", YEARS, language="zh_CN") if timezone in CHINESE_ZONES else None
    return CalendarDocument.model_validate(
        {
            "key": "county",
            "version": 1,
            "timezone": timezone,
            "week": [OFFICE] * 5 + [()] * 2,
            "makeup": OFFICE if days else (),
            "holidays": days.holidays if days else {},
            "workdays": days.workdays if days else {},
        }
    )
