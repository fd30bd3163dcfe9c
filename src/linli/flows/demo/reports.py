"""Draws what is reported: when, where, by whom, how grave."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import accumulate
from random import Random

from linli.accounts.enums import Role
from linli.calendars import WorkCalendar
from linli.flows.demo.county import DemoArea, DemoTerritory
from linli.flows.demo.grammar import Topic, compose, spot_of, topics
from linli.flows.demo.seasons import HOURS, MARKET_PULL, SEASONS, day_weight, is_market_day
from linli.flows.demo.units import (
    centre_code,
    login_of,
    platform_code,
    village_code,
    villages_with_two,
)
from linli.incidents.data.categories import CategorySpec, CategoryTree
from linli.incidents.enums import Severity, Source

# Where reports come from: for matters at a place, and for requests that need none.
FIELD = {
    "grid_worker": 62, "call": 13, "visit": 9, "hotline": 8, "department": 3, "from_above": 2,
    "leader_message": 1, "letter": 1, "device": 2,
}  # fmt: skip
DESK = {
    "visit": 34, "hotline": 24, "call": 18, "grid_worker": 14, "leader_message": 4, "letter": 3,
    "proposal": 2, "from_above": 1,
}  # fmt: skip
WATCHED = frozenset({"river", "slope", "forest", "road"})  # where sensors and cameras stand
COUNTY_SOURCES = frozenset({"hotline", "department", "from_above", "leader_message", "proposal"})
GRAVER = (0.86, 0.125, 0.013, 0.002)
LADDER = tuple(Severity.values)
DANGEROUS = frozenset({"01", "02", "06"})  # disputes, hazards, safety leads
REACHES_BEYOND = 0.12  # share of what may touch several places and does
TROUBLE_SPOTS = 0.35  # share of matters that come from a few grids of a village


@dataclass(frozen=True, slots=True)
class Report:
    """A matter as it comes in; `at` is UTC."""

    at: datetime
    topic: Topic
    category: CategorySpec
    severity: str
    source: str
    township: str
    village: str
    grid: DemoArea | None
    lon: float | None
    lat: float | None
    place_text: str
    title: str
    text: str
    role: str
    actor: str
    unit: str
    further: tuple[DemoArea, ...] = ()

    @property
    def platform(self) -> str:
        """Where it begins: a matter of several townships is the county's."""
        townships = {self.township, *(grid.code[: len(self.township)] for grid in self.further)}
        return "township" if len(townships) == 1 else "county"


class Reports:
    """Draws reports for a span of days; everything comes from `rng`."""

    def __init__(
        self, rng: Random, territory: DemoTerritory, tree: CategoryTree, calendar: WorkCalendar
    ) -> None:
        self._rng = rng
        self._territory = territory
        self._calendar = calendar
        self._leaves = {leaf.code: leaf for leaf in tree.leaves()}
        self._topics = list(topics().values())
        self._months = [self._month(month) for month in range(12)]
        self._villages = list(accumulate(village.weight for village in territory.villages))
        self._doubled = villages_with_two(territory)

    def draw(self, until: datetime, days: int, count: int) -> list[Report]:
        """`count` reports of the `days` up to `until`, in the order of time."""
        last = until.astimezone(self._calendar.zone).date()
        first = last - timedelta(days=days - 1)
        dates = [first + timedelta(days=number) for number in range(days)]
        weights = [day_weight(day, working=self._calendar.is_working_day(day)) for day in dates]
        drawn = self._rng.choices(dates, weights, k=count)
        return sorted((self._report(day, until) for day in drawn), key=lambda report: report.at)

    def _month(self, month: int) -> list[float]:
        return list(accumulate(t.weight * SEASONS[t.season][month] for t in self._topics))

    def _report(self, day: date, until: datetime) -> Report:
        rng = self._rng
        topic = rng.choices(self._topics, cum_weights=self._months[day.month - 1])[0]
        village = self._village()
        township = village.parent
        if topic.day == "market" and rng.random() < MARKET_PULL:
            day = self._market_day(day, until, township)
        at = self._moment(day, topic.day)
        if at > until:
            at -= timedelta(days=1)
        category = self._leaves[topic.code]
        source = self._source(topic, category)
        severity = self._severity(category)
        grid, lon, lat, where = self._place(topic, category, village)
        title, text = compose(topic, rng, source=source, where=where, at=at)
        role, actor, unit = self._reporter(source, township, village, grid)
        further = self._further(at, category, village, grid)
        return Report(at.astimezone(UTC), topic, category, severity, source, township,
                      village.code, grid, lon, lat, where, title, text, role, actor,
                      unit, further)  # fmt: skip

    def _village(self) -> DemoArea:
        point = self._rng.random() * self._villages[-1]
        return self._territory.villages[bisect_left(self._villages, point)]

    def _market_day(self, day: date, until: datetime, township: str) -> date:
        last = until.astimezone(self._calendar.zone).date()
        branches = self._territory.market[township]
        for ahead in range(6):
            other = day + timedelta(days=ahead)
            if other <= last and is_market_day(other, branches):
                return other
        return day

    def _moment(self, day: date, pattern: str) -> datetime:
        rng = self._rng
        hour = rng.choices(range(24), HOURS[pattern])[0]
        clock = time(hour, rng.randrange(60), rng.randrange(60))
        return datetime.combine(day, clock, tzinfo=self._calendar.zone)

    def _source(self, topic: Topic, category: CategorySpec) -> str:
        table = DESK if category.place == "none" else FIELD
        source = self._rng.choices(list(table), list(table.values()))[0]
        if source == Source.DEVICE and topic.spot not in WATCHED:
            return Source.GRID_WORKER.value
        return source

    def _severity(self, category: CategorySpec) -> str:
        steps = self._rng.choices(range(4), GRAVER)[0]
        level = LADDER.index(category.severity)
        if level == 1 and steps == 0 and self._rng.random() < 0.45:
            level = 0
        gravest = 3 if level == 1 or category.parent in DANGEROUS else 1
        return LADDER[min(level + steps, gravest)]

    def _place(
        self, topic: Topic, category: CategorySpec, village: DemoArea
    ) -> tuple[DemoArea | None, float | None, float | None, str]:
        rng = self._rng
        if category.place == "none":
            return None, None, None, village.name
        grids = self._territory.grids_of[village.code]
        troubled = rng.random() < TROUBLE_SPOTS
        grid = grids[int(rng.random() ** 2 * min(4, len(grids)))] if troubled else rng.choice(grids)
        lon, lat = rng.gauss(grid.lon, 0.0006), rng.gauss(grid.lat, 0.0006)
        where = f"{village.name}{grid.name.removesuffix('网格')}{spot_of(topic, rng)}"
        return grid, round(lon, 6), round(lat, 6), where

    def _further(
        self, at: datetime, category: CategorySpec, village: DemoArea, grid: DemoArea | None
    ) -> tuple[DemoArea, ...]:
        """The nearest grid of a village near by, where the matter reaches beyond its own."""
        if category.place != "several" or grid is None:
            return ()
        chance = Random(f"{at} {grid.code}")  # noqa: S311 - a demo; `rng` draws as it did before
        if chance.random() > REACHES_BEYOND:
            return ()
        away = partial(_distance, grid)
        others = (one for one in self._territory.villages if one is not village)
        near = chance.choice(sorted(others, key=away)[:3])
        return (min(self._territory.grids_of[near.code], key=away),)

    def _reporter(
        self, source: str, township: str, village: DemoArea, grid: DemoArea | None
    ) -> tuple[str, str, str]:
        rng = self._rng
        if source == Source.GRID_WORKER:
            unit = village_code(village.code)
            number = self._worker_number(village.code, grid)
            return _post(Role.GRID_WORKER, unit, number)
        if source in COUNTY_SOURCES:
            return _post(Role.COUNTY_OPERATOR, centre_code(), rng.randint(1, 3))
        if source in {"visit", "letter"} and rng.random() < 0.4:
            return _post(Role.VILLAGE_OPERATOR, village_code(village.code), 1)
        return _post(Role.TOWNSHIP_OPERATOR, platform_code(township), rng.randint(1, 2))

    def _worker_number(self, village: str, grid: DemoArea | None) -> int:
        if village not in self._doubled or grid is None:
            return 1
        grids = self._territory.grids_of[village]
        return 1 if grids.index(grid) < len(grids) // 2 else 2


def _distance(one: DemoArea, other: DemoArea) -> float:
    return (one.lon - other.lon) ** 2 + (one.lat - other.lat) ** 2


def _post(role: Role, unit: str, number: int) -> tuple[str, str, str]:
    return role.value, login_of(role.value, unit, number), unit


def possible_duplicates(reports: list[Report]) -> dict[int, int]:
    """Index to an earlier index: same category and village within five days."""
    seen: dict[tuple[str, str], int] = {}
    found: dict[int, int] = {}
    for index, report in enumerate(reports):
        key = (report.category.code, report.village)
        other = seen.get(key)
        if other is not None and report.at - reports[other].at < timedelta(days=5):
            found[index] = other
        seen[key] = index
    return found
