"""Whether a step may be taken: state, entitlement, then limits, each with its own answer."""

from collections.abc import Mapping
from datetime import datetime

from linli.calendars import Calendars, WorkCalendar, deadline
from linli.processes.definition import By, Limits, Transition
from linli.processes.facts import ActorFacts, CaseFacts
from linli.processes.refusals import Refused
from linli.processes.vocabulary import Effect, Platform, Relation


def refusal(
    transition: Transition,
    case: CaseFacts,
    actor: ActorFacts,
    *,
    now: datetime,
    calendar: Calendars,
    working: WorkCalendar,
) -> Refused | None:
    """The first reason against a step, or None. Who may not at all hears nothing else.

    `working` is the time that limits count by, that of the case's state.
    """
    if case.state not in (transition.sources or ("",)):
        return Refused("wrong_state", transition=transition.key, state=case.state)
    return (
        entitlement(transition, case, actor)
        or bars(transition, case)
        or counted(transition, case.progress.counts.case, case.progress.counts.round)
        or timed(transition.limits, case, now=now, calendar=calendar, working=working)
    )


def entitlement(transition: Transition, case: CaseFacts, actor: ActorFacts) -> Refused | None:
    """None where one of the alternatives fits; otherwise the refusal that comes nearest."""
    nearest: Refused | None = None
    for by in transition.by:
        refused = _entitled(by, case, actor)
        if refused is None:
            return None
        if nearest is None or _nearness(refused) > _nearness(nearest):
            nearest = refused
    return nearest


def _entitled(by: By, case: CaseFacts, actor: ActorFacts) -> Refused | None:
    if by.permission not in actor.permissions:
        return Refused("no_permission", permission=by.permission)
    for relation in by.relation:
        if not _RELATED[relation](case, actor):
            return Refused(_REFUSALS[relation])
    return None


def _nearness(refused: Refused) -> int:
    return {"no_permission": 0, "handled_yourself": 2}.get(refused.code, 1)


def _not_handler(case: CaseFacts, actor: ActorFacts) -> bool:
    handling = case.progress.handling_units | case.co_units | {case.lead_unit}
    return actor.user not in case.handlers and not (actor.units & handling)


_RELATED = {
    Relation.PLATFORM: lambda case, actor: case.platform in actor.platforms,
    Relation.COUNTY: lambda _case, actor: Platform.COUNTY in actor.platforms,
    Relation.LEAD_UNIT: lambda case, actor: case.lead_unit in actor.units,
    Relation.CO_HANDLER: lambda case, actor: bool(case.co_units & actor.units),
    Relation.REPORTER: lambda case, actor: case.reporter == actor.user != "",
    Relation.NOT_HANDLER: _not_handler,
}
_REFUSALS = {
    relation: "handled_yourself" if relation is Relation.NOT_HANDLER else f"not_{relation}"
    for relation in Relation
}


def bars(transition: Transition, case: CaseFacts) -> Refused | None:
    if transition.held_by is not None and case.platform is not transition.held_by:
        return Refused("wrong_platform", platform=transition.held_by)
    if case.severity in transition.barred_severities:
        return Refused("severity_barred", severity=case.severity)
    if Effect.DRAW_SAMPLE in transition.effects and not case.on_the_spot:
        return Refused("category_barred", transition=transition.key)
    return _standing(transition, case)


def _standing(transition: Transition, case: CaseFacts) -> Refused | None:
    """Clocks are stopped while they run, and started while they stand still."""
    stopped = case.progress.stopped
    if stopped is not None and Effect.STOP_CLOCKS in transition.effects:
        return Refused("clocks_stopped", condition=stopped.condition)
    if stopped is None and Effect.START_CLOCKS in transition.effects:
        return Refused("clocks_running")
    return None


def counted(
    transition: Transition, case: Mapping[str, int], since_reopened: Mapping[str, int]
) -> Refused | None:
    """Limits on how often, before or after which other steps."""
    limits = transition.limits
    taken = case if limits.per_case else since_reopened
    if limits.times is not None and taken.get(transition.key, 0) >= limits.times:
        return Refused("taken_already", transition=transition.key, times=limits.times)
    for other, times in limits.after.items():
        count = taken.get(other, 0)
        if count < times.min:
            return Refused("needs_first", other=other)
        if times.max is not None and count > times.max:
            return Refused("barred_after", other=other)
    return None


def timed(
    limits: Limits, case: CaseFacts, *, now: datetime, calendar: Calendars, working: WorkCalendar
) -> Refused | None:
    """Limits count by the working time of the state, a deadline by its own."""
    entered = case.progress.entered_at
    if entered is None:
        return None
    if now < entered:
        return Refused("time_backwards", since=working.local(entered))
    if (end := last_moment(limits, case, working)) and now > end:
        return Refused("too_late", until=working.local(end))
    if limits.wait is not None and now < (begin := deadline(entered, limits.wait, working)):
        return Refused("too_early", since=working.local(begin))
    return _past_due(limits, case, now, calendar)


def last_moment(limits: Limits, case: CaseFacts, working: WorkCalendar) -> datetime | None:
    """Until when a step may be taken that has to be taken soon after its state is entered."""
    entered = case.progress.entered_at
    if entered is None or limits.within is None:
        return None
    return deadline(entered, limits.within, working)


def _past_due(
    limits: Limits, case: CaseFacts, now: datetime, calendar: Calendars
) -> Refused | None:
    clock = case.progress.clocks.get(limits.before_due or "")
    due = clock.due(calendar) if clock else None
    if due is not None and now > due:
        return Refused("overdue", clock=limits.before_due)
    return None
