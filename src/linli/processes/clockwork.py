"""Which clocks start, pause, resume or stop when a case enters a state."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from linli.calendars import CalendarChoice, Calendars, Clock, Duration, deadline
from linli.processes.definition import Deadline, Definition, Transition
from linli.processes.facts import CaseFacts, Stopped
from linli.processes.vocabulary import ClockAction, Effect, Field


class ClockChange(NamedTuple):
    """One line for the timeline: a clock, what happened to it, when it is due now (UTC)."""

    clock: str
    action: ClockAction
    due_at: datetime | None


class _Moment(NamedTuple):
    case: CaseFacts  # as it is after the step, but for its clocks
    values: Mapping[Field, object]
    now: datetime
    calendar: Calendars


def wind(
    definition: Definition,
    transition: Transition,
    case: CaseFacts,
    *,
    values: Mapping[Field, object],
    now: datetime,
    calendar: Calendars,
) -> tuple[dict[str, Clock], tuple[ClockChange, ...]]:
    """The clocks of `case` (already in its new state) and what changed about them."""
    moment = _Moment(case, values, now, calendar)
    clocks = dict(case.progress.clocks)
    changes: list[ClockChange] = []
    # A note changes no state, so it winds nothing.
    for name, spec in definition.clocks.items() if transition.to else ():
        new, action = _turn(spec, name, clocks.pop(name, None), transition, moment)
        if new is not None:
            clocks[name] = new
        if action is not None:
            changes.append(ClockChange(name, action, new.due(calendar) if new else None))
    changes += _stop_or_start(definition, transition, clocks, moment)
    extended = _extend(definition, transition, clocks, moment)
    corrected = _correct(definition, transition, clocks, moment)
    return clocks, (*changes, *extended, *corrected)


def _turn(
    spec: Deadline, name: str, old: Clock | None, transition: Transition, moment: _Moment
) -> tuple[Clock | None, ClockAction | None]:
    state = moment.case.state
    if state in spec.runs_in:
        if old is None or name in transition.resets:
            return _start(spec, name, moment), ClockAction.START
        held = old.count_by(spec.calendar, _holder(spec, moment))
        if held.paused:
            return held.resume(moment.now), ClockAction.RESUME
        return held, None if held == old else ClockAction.CORRECT
    if state in spec.paused_in and old is not None:
        if old.paused:
            return old, None
        return old.pause(moment.now), ClockAction.PAUSE
    return None, (None if old is None else ClockAction.STOP)


def stopped(
    definition: Definition,
    transition: Transition,
    case: CaseFacts,
    *,
    values: Mapping[Field, object],
    now: datetime,
    calendar: Calendars,
) -> Stopped | None:
    """The condition under which clocks stand still after a step; a case that moves on ends it."""
    if Effect.STOP_CLOCKS in transition.effects:
        condition = str(values[Field.CONDITION])
        working = definition.working_time(case.state, case.lead_unit, calendar)
        until = deadline(now, definition.stop_clocks[condition].at_most, working)
        return Stopped(condition, since=now, until=until)
    if transition.to or Effect.START_CLOCKS in transition.effects:
        return None
    return case.progress.stopped


def _stop_or_start(
    definition: Definition, transition: Transition, clocks: dict[str, Clock], moment: _Moment
) -> list[ClockChange]:
    if Effect.STOP_CLOCKS in transition.effects:
        named = definition.stop_clocks[str(moment.values[Field.CONDITION])].clocks
        turned = {
            name: clocks[name].pause(moment.now)
            for name in named
            if name in clocks and not clocks[name].paused
        }
    elif Effect.START_CLOCKS in transition.effects:
        state = moment.case.state
        turned = {
            name: clock.resume(moment.now)
            for name, clock in clocks.items()
            if clock.paused and state in definition.clocks[name].runs_in
        }
    else:
        return []
    clocks.update(turned)
    action = ClockAction.PAUSE if Effect.STOP_CLOCKS in transition.effects else ClockAction.RESUME
    return [ClockChange(name, action, clock.due(moment.calendar)) for name, clock in turned.items()]


def _start(spec: Deadline, name: str, moment: _Moment) -> Clock:
    until = moment.values.get(spec.until) if spec.until else None
    unit = _holder(spec, moment)
    if isinstance(until, date):
        return Clock.start_until(moment.now, until, calendar=spec.calendar, unit=unit)
    allowance = _allowance(spec, name, moment.case)
    return Clock.start(moment.now, allowance, calendar=spec.calendar, unit=unit)


def _holder(spec: Deadline, moment: _Moment) -> str:
    """The unit by whose calendar a clock counts; "" where it counts by none."""
    counts = spec.calendar is CalendarChoice.UNIT
    return (moment.case.lead_unit or "") if counts else ""


def _allowance(spec: Deadline, name: str, case: CaseFacts) -> Duration:
    return case.durations.get(name) or spec.by_severity[case.severity]


def _extend(
    definition: Definition, transition: Transition, clocks: dict[str, Clock], moment: _Moment
) -> tuple[ClockChange, ...]:
    extra = moment.values.get(Field.EXTRA_TIME)
    extensions = definition.extensions
    if extensions is None or Effect.EXTEND not in transition.effects:
        return ()
    name = extensions.clock
    if name not in clocks or not isinstance(extra, Duration):
        return ()
    clocks[name] = clocks[name].extend(extra)
    return (ClockChange(name, ClockAction.EXTEND, clocks[name].due(moment.calendar)),)


def _correct(
    definition: Definition, transition: Transition, clocks: dict[str, Clock], moment: _Moment
) -> Iterator[ClockChange]:
    """A corrected category or severity counts from the start of every clock that has begun."""
    if Effect.SET_CATEGORY not in transition.effects:
        return
    for name, clock in list(clocks.items()):
        if clock.dated:
            continue
        allowance = _allowance(definition.clocks[name], name, moment.case)
        if clock.allowances[:1] != (allowance,):
            clocks[name] = clock.correct(allowance)
            due = clocks[name].due(moment.calendar)
            yield ClockChange(name, ClockAction.CORRECT, due)
