"""Whether a unit takes every matter, somebody answers for it at every hour, and has a deputy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

from linli.processes.coverage.cells import NOBODY, Cell
from linli.processes.coverage.county import County, Cover, Week
from linli.processes.coverage.gaps import At, Code, Example, Gap, Mend, Scope
from linli.processes.routing_table import ALL_HOURS

NONE = Cover(0, 0)


@dataclass
class _Tally:
    """How much one gap concerns."""

    example: Example
    cells: int = 0
    hours: int = 0
    names: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)


def unnamed(cells: Sequence[Cell], county: County) -> Iterator[Gap]:
    """Matters for which no rule finds a unit, by the trade of their category."""
    found: dict[str, _Tally] = {}
    for cell in cells:
        hours = cell.hours.get(NOBODY, 0)
        for kind in cell.sort.kinds if hours else ():
            example = replace(cell.example(NOBODY, _first(hours)), category=kind.code)
            tally = found.setdefault(kind.trade, _Tally(example))
            tally.cells += hours.bit_count() * len(cell.region.places)
            tally.hours |= hours
            tally.names.add(kind.code)
            tally.places.update(place.code for place in cell.region.places)
    for trade, tally in found.items():
        params = {"subject": trade, "trade": trade, "count": len(tally.names)}
        scope = Scope(county.wholes(tally.places), tuple(sorted(tally.names)), tally.hours)
        yield Gap(Code.NO_UNIT, Mend(At.ROUTING), params, tally.example, tally.cells, scope)


def unanswered(cells: Sequence[Cell], county: County) -> Iterator[Gap]:
    """Hours in which nobody answers for the unit that takes a matter, or the centre that holds it.

    Noted once for the last one that could answer: mending its rota mends them all.
    """
    for code, lacking in _LACKING.items():
        lacks = {
            unit: [lacking(week, week.covers.get(unit, NONE)) for week in county.weeks]
            for unit in county.desks
        }
        for last, tally in _tallied(cells, county, lacks).items():
            params = {"unit": last, "hours": tally.hours.bit_count(), "count": len(tally.names)}
            scope = Scope(hours=tally.hours)
            yield Gap(code, Mend(At.ROTA, last), params, tally.example, tally.cells, scope)


def _tallied(
    cells: Sequence[Cell], county: County, lacks: Mapping[str, Sequence[int]]
) -> Mapping[str, _Tally]:
    """By the last unit that could answer; `lacks` are the hours of each week."""
    whole = {unit: reduce(or_, weeks, 0) for unit, weeks in lacks.items()}
    last = {unit: county.chain(unit)[-1] for unit, hours in whole.items() if hours}
    found: dict[str, _Tally] = {}
    for cell in cells:
        here: dict[str, int] = {}
        for unit, hours in _answering(cell).items():
            lacking = hours & whole.get(unit, 0)
            if not lacking:
                continue
            if last[unit] not in found:
                found[last[unit]] = _Tally(_earliest(cell, unit, hours, county, lacks[unit]))
            found[last[unit]].names.add(unit)
            here[last[unit]] = here.get(last[unit], 0) | lacking
        for unit, hours in here.items():
            found[unit].cells += hours.bit_count() * cell.size
            found[unit].hours |= hours
    return found


def _earliest(cell: Cell, unit: str, hours: int, county: County, lacks: Sequence[int]) -> Example:
    """A matter that comes in the first of those hours."""
    week, lacking = next(
        (week, lacking & hours)
        for week, lacking in zip(county.weeks, lacks, strict=True)
        if lacking & hours
    )
    return replace(cell.example(unit, _first(lacking)), monday=week.monday)


def _answering(cell: Cell) -> Mapping[str, int]:
    """Who has to answer: the units that take matters in their hours, the holding centre always."""
    held = {cell.holder: ALL_HOURS} if cell.holder else {}
    return {unit: hours for unit, hours in cell.hours.items() if unit} | held


def _first(hours: int) -> int:
    return (hours & -hours).bit_length() - 1


def _nobody(week: Week, cover: Cover) -> int:
    return week.ahead & ~cover.answered


def _alone(week: Week, cover: Cover) -> int:
    return week.ahead & cover.answered & ~cover.backed


Lacking = Callable[[Week, Cover], int]
"""The hours of a week, as bits, in which a unit lacks something."""
_LACKING: Mapping[Code, Lacking] = {Code.NOBODY_ON_DUTY: _nobody, Code.NO_DEPUTY: _alone}
