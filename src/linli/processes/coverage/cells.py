"""Every place x category x hour, class by class: which unit takes it, and by which rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from linli.processes.coverage.classes import Region, Sort, Values, regions, sorts
from linli.processes.coverage.county import County
from linli.processes.coverage.gaps import Example
from linli.processes.definition import Definition
from linli.processes.routing import Matter, find
from linli.processes.routing_table import ALL_HOURS

NOBODY = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Hours, as bits, in which a unit (or nobody) takes matters of a severity and channel.

    Both are empty where no rule that holds there tells them apart.
    """

    unit: str
    hours: int
    severity: str = ""
    source: str = ""


@dataclass(frozen=True)
class Cell:
    """A region with a sort of categories: all of their places, categories and hours at once."""

    region: Region
    sort: Sort
    holder: str  # the centre that holds these matters
    taken: Sequence[Taken]

    @property
    def size(self) -> int:
        """How many pairs of a place and a category it stands for."""
        return len(self.region.places) * len(self.sort.kinds)

    @cached_property
    def hours(self) -> Mapping[str, int]:
        """The hours, as bits, in which each unit takes something here."""
        found: dict[str, int] = {}
        for one in self.taken:
            found[one.unit] = found.get(one.unit, 0) | one.hours
        return found

    def example(self, unit: str, hour: int) -> Example:
        """One matter of the cell that the unit gets in that hour; a grid if there is one."""
        places = self.region.places
        place = next((one for one in places if one.grid), places[0])
        found = Example(place.code, self.sort.kinds[0].code, hour=hour, unit=unit)
        for one in self.taken:
            if one.unit == unit and one.hours >> hour & 1:
                return replace(found, severity=one.severity, source=one.source)
        return found


@dataclass
class Reach:
    """What became of one rule over all cells."""

    fits: bool = False  # its conditions hold somewhere
    finds: bool = False  # and it finds a unit there
    decides: bool = False  # and no rule before it has decided already
    behind: set[int] = field(default_factory=set)  # positions of those that have


class Walk:
    """All cells of a county under a definition; `reach` tells of each rule what it came to."""

    def __init__(self, definition: Definition, county: County) -> None:
        self._definition, self._county = definition, county
        self._masks = [rule.when.mask for rule in definition.routing]
        self._values = Values(definition, list(county.sources))
        self._found: dict[tuple[int, tuple[str, ...], str, bool], str] = {}
        self.reach = [Reach() for _ in definition.routing]
        self.cells = list(self._cells())

    def _cells(self) -> Iterator[Cell]:
        kinds = sorts(self._definition, self._county)
        for region in regions(self._definition, self._county):
            holder = next(self._county.centres(region.path), NOBODY)
            for sort in kinds:
                yield Cell(region, sort, holder, tuple(self._taken(region, sort)))

    def _taken(self, region: Region, sort: Sort) -> Iterator[Taken]:
        cases = self._values.of(region.rules & sort.rules)
        for rules, (severity, source) in cases.items():
            told = (severity, source) if len(cases) > 1 else ("", "")
            for unit, hours in self._decide(rules, region, sort).items():
                yield Taken(unit, hours, *told)

    def _decide(self, rules: int, region: Region, sort: Sort) -> dict[str, int]:
        """As `routing.route` decides, for all hours of the week at once."""
        left, units = ALL_HOURS, dict[str, int]()
        decided: list[tuple[int, int]] = []
        for place in _positions(rules):
            hours, reach = self._masks[place], self.reach[place]
            reach.fits = True
            if not hours & left and reach.decides:
                continue
            unit = self._unit(place, region, sort)
            if unit is NOBODY:
                continue
            reach.finds = True
            reach.behind.update(other for other, taken in decided if taken & hours)
            if taken := hours & left:
                reach.decides = True
                decided.append((place, taken))
                units[unit] = units.get(unit, 0) | taken
                left &= ~taken
        return units | {NOBODY: left} if left else units

    def _unit(self, place: int, region: Region, sort: Sort) -> str:
        key = (place, region.path, sort.trade, sort.countywide)
        if key not in self._found:
            matter = Matter(region.path, sort.codes, sort.trade, sort.countywide, "", "", 0)
            found = find(self._definition.routing[place].lead, matter, self._county.posts)
            self._found[key] = found.unit if found else NOBODY
        return self._found[key]


def _positions(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
