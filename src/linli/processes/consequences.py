"""The case as it is after a step."""

from collections.abc import Mapping
from datetime import datetime

from linli.calendars import Calendars
from linli.processes.clockwork import ClockChange, stopped, wind
from linli.processes.definition import Definition, Transition
from linli.processes.facts import ActorFacts, CaseFacts, Progress
from linli.processes.vocabulary import Effect, Field, Platform


def after(
    definition: Definition,
    transition: Transition,
    case: CaseFacts,
    actor: ActorFacts,
    *,
    values: Mapping[Field, object],
    now: datetime,
    calendar: Calendars,
) -> tuple[CaseFacts, tuple[ClockChange, ...]]:
    """The facts after a step that was allowed, and what happened to the clocks."""
    new = _assigned(transition, case, values)
    new = new._replace(
        state=transition.to or case.state,
        severity=str(values.get(Field.SEVERITY, case.severity)),
        platform=_platform(transition, case),
        handlers=case.handlers | {actor.user} if transition.handles else case.handlers,
    )
    clocks, changes = wind(definition, transition, new, values=values, now=now, calendar=calendar)
    progress = case.progress
    moved = transition.to is not None
    new_progress = Progress(
        counts=progress.counts.add(transition.key, new_round=transition.new_round),
        clocks=clocks,
        handling_units=progress.handling_units | _handling(transition, case, actor),
        entered_at=now if moved or progress.entered_at is None else progress.entered_at,
        stopped=stopped(definition, transition, case, values=values, now=now, calendar=calendar),
    )
    return new._replace(progress=new_progress), changes


def _assigned(transition: Transition, case: CaseFacts, values: Mapping[Field, object]) -> CaseFacts:
    if Effect.UNASSIGN in transition.effects:
        return case._replace(lead_unit=None, co_units=frozenset())
    if Effect.ASSIGN not in transition.effects:
        return case
    co_units = values.get(Field.CO_UNITS, ())
    return case._replace(
        lead_unit=str(values[Field.UNIT]),
        co_units=frozenset(co_units if isinstance(co_units, tuple) else ()),
    )


def _platform(transition: Transition, case: CaseFacts) -> Platform:
    if Effect.MOVE_TO_COUNTY in transition.effects:
        return Platform.COUNTY
    if Effect.MOVE_TO_TOWNSHIP in transition.effects:
        return Platform.TOWNSHIP
    return case.platform


def _handling(transition: Transition, case: CaseFacts, actor: ActorFacts) -> frozenset[str]:
    """The units whose members may no longer verify."""
    if not transition.handles:
        return frozenset()
    assigned = case.co_units | ({case.lead_unit} if case.lead_unit else set())
    return frozenset(actor.units & assigned)
