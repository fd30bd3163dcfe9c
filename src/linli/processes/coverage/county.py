"""A county as the check of a process looks at it: places, categories, units, who is on duty."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from linli.calendars import Duration, WorkCalendar
from linli.processes.directory import Post, Posts
from linli.processes.parts import Text
from linli.processes.vocabulary import Alerted


@dataclass(frozen=True, slots=True)
class Place:
    """An area in which a matter can lie; `path` runs from its own code up to the county's."""

    code: str
    name: Text
    path: tuple[str, ...]
    grid: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A category that a matter can have: `codes` are its own, then those above it.

    `durations` are its own deadlines: severity -> clock -> duration.
    """

    code: str
    name: Text
    codes: tuple[str, ...]
    trade: str = ""
    countywide: bool = False
    durations: Mapping[str, Mapping[str, Duration]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """A unit in service, with the people that escalation reaches there."""

    post: Post
    name: Text
    deputy: str = ""  # the unit that stands in
    staffed: bool = True
    headed: bool = True
    rota_ends: date | None = None  # the first day that its rota leaves open

    @property
    def code(self) -> str:
        return self.post.code


@dataclass(frozen=True, slots=True)
class Cover:
    """Hours of a week as bits: somebody answers for a unit; somebody stands behind them."""

    answered: int
    backed: int


@dataclass(frozen=True, slots=True)
class Week:
    """A week from a Monday. `ahead` are its hours that are still to come."""

    monday: date
    ahead: int
    covers: Mapping[str, Cover]
    alerted: Mapping[Alerted, int] = field(default_factory=dict)


@dataclass(frozen=True)
class County:
    """Everything that a definition is judged against; codes as the definition writes them.

    `categories` are all of them by code, `kinds` those that a matter can have. `rights` says of
    every right that exists whether anybody in the county holds it.
    """

    code: str
    today: date
    calendar: WorkCalendar
    places: Mapping[str, Place]
    kinds: Sequence[Kind]
    categories: Mapping[str, Text]
    desks: Mapping[str, Desk]  # in the order in which routing finds them
    sources: Mapping[str, Text]
    rights: Mapping[str, bool]
    weeks: Sequence[Week]
    trades: Mapping[str, Text] = field(default_factory=dict)
    leader: bool = True

    @cached_property
    def posts(self) -> Posts:
        return Posts.of(desk.post for desk in self.desks.values())

    def centres(self, path: Sequence[str]) -> Iterator[str]:
        """The centres of a path, the nearest first."""
        return (code for area in path if (code := self.posts.centre(area)))

    def wholes(self, places: Collection[str]) -> tuple[str, ...]:
        """The fewest areas that hold these places, and no others where that can be said by areas;
        none for all of the county.
        """
        others = {
            area for one in self.places.values() if one.code not in places for area in one.path
        }
        paths = [self.places[code].path for code in places]
        tops = {
            next((area for area in path[::-1] if area not in others), path[0]) for path in paths
        }
        if self.code in tops:
            return ()
        return tuple(sorted(code for code in tops if tops.isdisjoint(self.places[code].path[1:])))

    def chain(self, unit: str) -> list[str]:
        """Who answers for a unit: itself, else the units that stand in, else the centres above.

        The county's centre comes last: what it does not answer, nobody does.
        """
        area = self.desks[unit].post.area
        path = self.places[area].path if area in self.places else (self.code,)
        found = dict.fromkeys([*self._deputies(unit), *self.centres(path)])
        return sorted(found, key=lambda one: one == self.posts.centre(self.code))

    def _deputies(self, unit: str) -> list[str]:
        found: list[str] = []
        while unit in self.desks and unit not in found:
            found.append(unit)
            unit = self.desks[unit].deputy
        return found
