"""When the demo county works: office hours with a local festival, and two units that differ."""

from collections.abc import Mapping
from functools import cache

from linli.calendars import CalendarDocument, UnitDocument, WorkCalendar
from linli.calendars.default import default_document
from linli.calendars.proposals import edited
from linli.calendars.statutory import OFFICE
from linli.flows.demo.units import bureau_code

TORCHES = {
    "name": "火把节",
    "on": {"kind": "lunar", "month": 6, "day": 24},
    "days": 2,
    "since": 2020,
}
FIRE, MARKET = bureau_code("forestry"), bureau_code("market")
DUTIES: Mapping[str, tuple[UnitDocument, str]] = {
    FIRE: (
        UnitDocument.model_validate(
            {"key": FIRE, "week": [["00:00-24:00"]] * 7, "observes": False}
        ),
        "森林防火指挥部全天候值班",
    ),
    MARKET: (
        UnitDocument.model_validate({"key": MARKET, "week": [OFFICE] * 5 + [["08:00-13:00"], []]}),
        "星期六街子天设点受理",
    ),
}
"""What these units do otherwise than the county, and why."""


@cache
def county_document() -> CalendarDocument:
    return edited(default_document("Asia/Shanghai"), festivals=[TORCHES])


@cache
def own_calendars() -> Mapping[str, WorkCalendar]:
    """The whole calendars of the units that have one, by the unit's code."""
    county = county_document()
    return {code: duty.over(county).calendar() for code, (duty, _why) in DUTIES.items()}
