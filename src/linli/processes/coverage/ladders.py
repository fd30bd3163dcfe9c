"""Whether every open state has a ladder, and it ends at somebody in the county centre or a leader.

A rung on the way that reaches nobody passes on to the next at once: that is told, and no gap. The
last one has none to pass on to.
"""

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
        last = _last(definition, ladder, states, dues, county)
        rungs_ = definition.ladders[ladder].rungs
        if any(ENDS.isdisjoint(rungs_[place].tell) for place in last):
            yield Gap(Code.LADDER_ENDS_EARLY, mend, given | {"rungs": tuple(sorted(last))})
        for place, rung in enumerate(rungs_):
            yield from _reached(rung, place, mend, concerned, county, last=place in last)


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


def _last(
    definition: Definition,
    ladder: str,
    states: Sequence[str],
    dues: Sequence[datetime],
    county: County,
) -> set[int]:
    """The rungs (from 0) that come last: which one does may depend on when the deadline is."""
    clocked = {
        definition.calendar_of(state): state
        for state in states
        if definition.states[state].ladder == ladder
    }
    return {
        rungs(definition, state, due, county.calendar.calendar_for(choice, ""))[-1].place
        for choice, state in clocked.items()
        for due in dues
    }


def _reached(
    rung: Rung, place: int, mend: Mend, concerned: set[Concerned], county: County, *, last: bool
) -> Iterator[Gap]:
    given = {"ladder": mend.key, "rung": place + 1}
    reached = {
        target: {one for one in concerned if _reaches(target, *one, county)} for target in rung.tell
    }
    missing = [target for target, found in reached.items() if concerned and not found]
    left = sorted({unit for unit, _holder in concerned.difference(*reached.values())})
    for target in missing:
        params = given | {"subject": f"{place + 1}:{target}", "target": target}
        yield Gap(Code.TARGET_MISSING, mend, params)
    if left and (last or len(missing) < len(rung.tell)):
        code = Code.RUNG_REACHES_NOBODY if last else Code.RUNG_FALLS_THROUGH
        params = given | {"subject": place + 1, "unit": left[0], "count": len(left)}
        yield Gap(code, mend, params, Example(unit=left[0]))


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
