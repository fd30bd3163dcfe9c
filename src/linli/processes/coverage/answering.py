"""Whether a unit takes every matter, somebody answers for it at every hour, and has a deputy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from linli.processes.coverage.cells import NOBODY, Cell
from linli.processes.coverage.county import County, Cover, Week
from linli.processes.coverage.gaps import At, Code, Example, Gap, Mend
from linli.processes.routing_table import ALL_HOURS

NONE = Cover(0, 0)


@dataclass
class _Tally:
    """How much one gap concerns."""

    example: Example
    cells: int = 0
    hours: int = 0
    names: set[str] = field(default_factory=set)


def unnamed(cells: Sequence[Cell]) -> Iterator[Gap]:
    """Matters for which no rule finds a unit, by the trade of their category."""
    found: dict[str, _Tally] = {}
    for cell in cells:
        hours = cell.hours.get(NOBODY, 0)
        for kind in cell.sort.kinds if hours else ():
            example = replace(cell.example(NOBODY, _first(hours)), category=kind.code)
            tally = found.setdefault(kind.trade, _Tally(example))
            tally.cells += hours.bit_count() * len(cell.region.places)
            tally.names.add(kind.code)
    for trade, tally in found.items():
        params = {"subject": trade, "trade": trade, "count": len(tally.names)}
        yield Gap(Code.NO_UNIT, Mend(At.ROUTING), params, tally.example, tally.cells)


def unanswered(cells: Sequence[Cell], county: County) -> Iterator[Gap]:
    """Hours in which nobody answers for the unit that takes a matter, or the centre that holds it.

    Noted once for the last one that could answer: mending its rota mends them all.
    """
    for code, lacking in _LACKING.items():
        lacks = {unit: _all_weeks(county, unit, lacking) for unit in county.desks}
        for last, tally in _tallied(cells, county, lacks).items():
            hours, example = tally.hours, _dated(tally.example, county, lacking)
            params = {"unit": last, "hours": hours.bit_count(), "count": len(tally.names)}
            yield Gap(code, Mend(At.ROTA, last), params, example, tally.cells)


def _tallied(
    cells: Sequence[Cell], county: County, lacks: Mapping[str, int]
) -> Mapping[str, _Tally]:
    last = {unit: county.chain(unit)[-1] for unit, hours in lacks.items() if hours}
    found: dict[str, _Tally] = {}
    for cell in cells:
        here: dict[str, int] = {}
        for unit, hours in _answering(cell).items():
            lacking = hours & lacks.get(unit, 0)
            if lacking:
                tally = found.setdefault(last[unit], _Tally(cell.example(unit, _first(lacking))))
                tally.names.add(unit)
                here[last[unit]] = here.get(last[unit], 0) | lacking
        for unit, hours in here.items():
            found[unit].cells += hours.bit_count() * cell.size
            found[unit].hours |= hours
    return found


def _answering(cell: Cell) -> Mapping[str, int]:
    """Who has to answer: the units that take matters in their hours, the holding centre always."""
    held = {cell.holder: ALL_HOURS} if cell.holder else {}
    return {unit: hours for unit, hours in cell.hours.items() if unit} | held


def _dated(example: Example, county: County, lacking: "Lacking") -> Example:
    """The week in which that hour comes first."""
    for week in county.weeks:
        hours = lacking(week, week.covers.get(example.unit, NONE))
        if example.hour is not None and hours >> example.hour & 1:
            return replace(example, monday=week.monday)
    return example


def _all_weeks(county: County, unit: str, lacking: "Lacking") -> int:
    hours = 0
    for week in county.weeks:
        hours |= lacking(week, week.covers.get(unit, NONE))
    return hours


def _first(hours: int) -> int:
    return (hours & -hours).bit_length() - 1


def _nobody(week: Week, cover: Cover) -> int:
    return week.ahead & ~cover.answered


def _alone(week: Week, cover: Cover) -> int:
    return week.ahead & cover.answered & ~cover.backed


Lacking = Callable[[Week, Cover], int]
"""The hours of a week, as bits, in which a unit lacks something."""
_LACKING: Mapping[Code, Lacking] = {Code.NOBODY_ON_DUTY: _nobody, Code.NO_DEPUTY: _alone}
