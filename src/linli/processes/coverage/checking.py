"""The whole check: a pure function of a definition and a county."""

from collections.abc import Iterator
from dataclasses import dataclass

from linli.processes.coverage.answering import unanswered, unnamed
from linli.processes.coverage.cells import Cell, Walk
from linli.processes.coverage.county import County
from linli.processes.coverage.emergencies import alert_gaps
from linli.processes.coverage.gaps import At, Code, Gap, Mend
from linli.processes.coverage.instants import hours_to_try
from linli.processes.coverage.ladders import ladder_gaps
from linli.processes.coverage.naming import unknown_names
from linli.processes.coverage.spans import span_gaps
from linli.processes.coverage.table import idle_rules
from linli.processes.definition import Definition
from linli.processes.routing_table import HOURS_OF_WEEK


@dataclass(frozen=True)
class Coverage:
    """The gaps, what is told beside them, and what was looked at: all of it, class by class.

    `gaps` bar publishing, `warnings` do not.
    """

    gaps: tuple[Gap, ...]
    warnings: tuple[Gap, ...]
    grids: int
    places: int
    categories: int
    classes: int

    @property
    def cells(self) -> int:
        """Places x categories x hours."""
        return self.places * self.categories * HOURS_OF_WEEK


def find_gaps(definition: Definition, county: County) -> Coverage:
    """Every gap, those that explain others first. The definition has passed `find_faults`."""
    walk = Walk(definition, county)
    found = sorted(_gaps(definition, county, walk), key=lambda gap: list(Code).index(gap.code))
    return Coverage(
        gaps=tuple(gap for gap in found if not gap.warns),
        warnings=tuple(gap for gap in found if gap.warns),
        grids=sum(place.grid for place in county.places.values()),
        places=len(county.places),
        categories=len(county.kinds),
        classes=len(walk.cells),
    )


def _gaps(definition: Definition, county: County, walk: Walk) -> Iterator[Gap]:
    named = list(unknown_names(definition, county))
    misnamed = {gap.mend for gap in named}
    yield from named
    yield from _centre(walk.cells)
    yield from unnamed(walk.cells, county)
    yield from unanswered(walk.cells, county)
    yield from _rotas(county)
    # A rule with a name that does not exist is mended there first.
    yield from (gap for gap in idle_rules(definition, walk.reach) if gap.mend not in misnamed)
    instants = hours_to_try(county.calendar, county.today)
    yield from ladder_gaps(definition, county, walk.cells, instants)
    yield from span_gaps(definition, county, instants)
    yield from alert_gaps(definition, county)


def _centre(cells: list[Cell]) -> Iterator[Gap]:
    bare = [cell for cell in cells if not cell.holder]
    if bare:
        count = sum(cell.size for cell in bare) * HOURS_OF_WEEK
        yield Gap(Code.NO_CENTRE, Mend(At.UNIT), example=bare[0].example("", 0), cells=count)


def _rotas(county: County) -> Iterator[Gap]:
    for code, desk in county.desks.items():
        if desk.rota_ends is not None:
            yield Gap(Code.ROTA_ENDS, Mend(At.ROTA, code), {"unit": code, "on": desk.rota_ends})
