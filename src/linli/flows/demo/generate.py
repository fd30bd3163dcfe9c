"""The demo county from a seed: the same seed and day give the same county, to the last letter."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from linli.flows.demo.county import (
    COUNTY_CODE,
    COUNTY_NAME,
    COUNTY_NAME_EN,
    NOTICE,
    NOTICE_EN,
    make_territory,
)
from linli.flows.demo.course import Course, World
from linli.flows.demo.duties import county_document, own_calendars
from linli.flows.demo.histories import tell
from linli.flows.demo.plan import DemoPlan, PlannedIncident
from linli.flows.demo.reports import Report, Reports, possible_duplicates
from linli.flows.demo.units import make_staff, make_units
from linli.incidents.data.categories import shipped_categories

INCIDENTS = 30_000
DAYS = 365
SEED = 20151123  # the day of the newspaper report that the county is modelled on
# Cases that lie where they are: more of the recent ones, so that every state can be seen. What no
# centre would leave at its door for months lies with a unit or on the pending list.
RECENT = timedelta(days=45)
STALLED_RECENT, STALLED = 0.22, 0.006
STALLS = {
    "report": 4, "accept": 4, "dispatch": 6, "sign_for": 8, "hand_in": 4, "return": 40,
    "ask_extension": 45, "verify_fail": 12, "set_pending": 8,
}  # fmt: skip
STALLS_OF_OLD = {"sign_for": 2, "verify_fail": 1, "set_pending": 17}

Progress = Callable[[int, int], None]


def generate(
    until: datetime,
    *,
    count: int = INCIDENTS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> DemoPlan:
    """Twelve months of `count` incidents up to `until` (aware). `progress(done, count)` is told."""
    rng = Random(seed)  # noqa: S311 - a demo, not a secret
    tree = shipped_categories()
    territory = make_territory(rng)
    units = make_units(rng, territory, tree)
    staff = make_staff(rng, territory, units)
    calendar = county_document().calendar()
    by_code = {unit.code: unit for unit in units}
    world = World(rng, calendar, tree, by_code, until, own_calendars())
    reports = Reports(rng, territory, tree, calendar).draw(until, DAYS, count)
    incidents = tuple(_histories(world, reports, progress))
    return DemoPlan(
        code=COUNTY_CODE,
        name=COUNTY_NAME,
        name_en=COUNTY_NAME_EN,
        notice=(NOTICE, NOTICE_EN),
        until=until.astimezone(calendar.zone).date(),
        territory=territory,
        units=units,
        staff=staff,
        incidents=incidents,
    )


def _histories(
    world: World, reports: list[Report], progress: Progress | None
) -> Iterator[PlannedIncident]:
    duplicates = possible_duplicates(reports)
    merged: set[int] = set()
    for index, report in enumerate(reports):
        course = Course(world, report, stalls_at=_stall(world, report))
        other = duplicates.get(index)
        joined = tell(course, None if other in merged else other)
        if joined is not None:
            merged.add(index)
        yield _planned(index, report, course, joined)
        if progress and index % 500 == 499:
            progress(index + 1, len(reports))


def _planned(
    index: int, report: Report, course: Course, duplicate_of: int | None
) -> PlannedIncident:
    return PlannedIncident(
        index=index,
        category=report.category.code,
        severity=report.severity,
        source=report.source,
        platform=report.platform,
        township=report.township,
        village=report.village,
        grid=report.grid.code if report.grid else "",
        lon=report.lon,
        lat=report.lat,
        place_text=report.place_text if report.grid else "",
        title=report.title,
        text=report.text,
        verification=report.category.verification.value,
        steps=tuple(course.steps),
        duplicate_of=duplicate_of,
        sampled=course.sampled,
        further=tuple(grid.code for grid in report.further),
    )


def _stall(world: World, report: Report) -> str:
    recent = world.until - report.at < RECENT
    share, stalls = (STALLED_RECENT, STALLS) if recent else (STALLED, STALLS_OF_OLD)
    if world.rng.random() >= share:
        return ""
    return world.rng.choices(list(stalls), list(stalls.values()))[0]
