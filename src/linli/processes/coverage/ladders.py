"""Whether every open state has a ladder, it ends at the county, and each rung reaches somebody."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from linli.processes.coverage.cells import Cell
from linli.processes.coverage.county import County
from linli.processes.coverage.gaps import At, Code, Example, Gap, Mend
from linli.processes.definition import Definition
from linli.processes.escalation import rungs
from linli.processes.ladders import Rung
from linli.processes.vocabulary import Owner, StateKind, Target

ENDS = frozenset({Target.COUNTY, Target.LEADER})
Concerned = tuple[str, str]
"""A unit that has to act, and the centre that holds the matter."""


def ladder_gaps(
    definition: Definition, county: County, cells: Sequence[Cell], dues: Sequence[datetime]
) -> Iterator[Gap]:
    """`dues` are deadlines by which the order of the rungs is tried."""
    states = [key for key, one in definition.states.items() if one.kind is not StateKind.FINAL]
    for state in states:
        if definition.states[state].ladder is None:
            yield Gap(Code.NO_LADDER, Mend(At.STATE, state), {"state": state})
    for ladder, concerned in _climbers(definition, states, cells).items():
        mend, given = Mend(At.LADDER, ladder), {"ladder": ladder}
        state = next(key for key in states if definition.states[key].ladder == ladder)
        if any(not _ends(definition, state, due, county) for due in dues):
            yield Gap(Code.LADDER_ENDS_EARLY, mend, given)
        for place, rung in enumerate(definition.ladders[ladder].rungs, start=1):
            yield from _reached(rung, place, mend, concerned, county)


def _climbers(
    definition: Definition, states: Sequence[str], cells: Sequence[Cell]
) -> Mapping[str, set[Concerned]]:
    """Who may have to act where each ladder is climbed."""
    leads = {(unit, cell.holder) for cell in cells for unit in cell.hours if unit}
    holders = {(cell.holder, cell.holder) for cell in cells}
    found: dict[str, set[Concerned]] = {}
    for state in states:
        ladder, owner = definition.states[state].ladder, definition.states[state].owner
        if ladder is not None:
            found.setdefault(ladder, set()).update(leads if owner is Owner.LEAD_UNIT else holders)
    return found


def _ends(definition: Definition, state: str, due: datetime, county: County) -> bool:
    last = rungs(definition, state, due, county.calendar)[-1]
    return not ENDS.isdisjoint(last.rung.tell)


def _reached(
    rung: Rung, place: int, mend: Mend, concerned: set[Concerned], county: County
) -> Iterator[Gap]:
    given = {"ladder": mend.key, "rung": place}
    reached = {
        target: {one for one in concerned if _reaches(target, *one, county)} for target in rung.tell
    }
    for target, found in reached.items():
        if concerned and not found:
            params = given | {"subject": f"{place}:{target}", "target": target}
            yield Gap(Code.TARGET_MISSING, mend, params)
    left = sorted({unit for unit, _holder in concerned.difference(*reached.values())})
    if left and any(reached.values()):
        params = given | {"subject": place, "unit": left[0], "count": len(left)}
        yield Gap(Code.RUNG_REACHES_NOBODY, mend, params, Example(unit=left[0]))


def _reaches(target: Target, unit: str, holder: str, county: County) -> bool:
    """Whether the target is there when a unit has to act on what a centre holds."""
    if target is Target.LEADER:
        return county.leader
    told = {
        Target.HOLDER: unit,
        Target.UNIT_HEAD: unit,
        Target.DEPUTY: county.desks[unit].deputy if unit in county.desks else "",
        Target.PLATFORM: holder,
        Target.COUNTY: county.posts.centre(county.code) or "",
    }[target]
    desk = county.desks.get(told)
    return desk is not None and (desk.headed if target is Target.UNIT_HEAD else desk.staffed)
