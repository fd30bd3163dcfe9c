"""A case goes on under another version of its process, in the state where it rests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from linli.calendars import CalendarChoice, Calendars, Clock
from linli.processes.clockwork import ClockChange
from linli.processes.definition import Deadline, Definition
from linli.processes.facts import CaseFacts, Stopped
from linli.processes.refusals import Refused
from linli.processes.vocabulary import ClockAction


@dataclass(frozen=True, slots=True)
class Moved:
    """The case under the new version; `dues` and `due_at` are as in a `Decision`."""

    case: CaseFacts
    clocks: tuple[ClockChange, ...]
    dues: Mapping[str, datetime]
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Steps:
    """Keys of the steps that a state offers in only one of two versions."""

    gained: tuple[str, ...]
    lost: tuple[str, ...]


def move(new: Definition, case: CaseFacts, *, now: datetime, calendar: Calendars) -> Moved:
    """Put a case under `new`: deadlines count from when their clocks began, extensions stay.

    Raises Refused where the new version does not know the state or severity, or would need a date.
    """
    if case.state not in new.states:
        raise Refused("state_gone", state=case.state)
    if case.severity not in new.severities:
        raise Refused("severity_gone", severity=case.severity)
    stopped = _stopped(new, case)
    mover = _Mover(new, case, stopped, now, calendar)
    clocks: dict[str, Clock] = {}
    changes: list[ClockChange] = []
    old = dict(case.progress.clocks)
    for name, spec in new.clocks.items():
        before = old.pop(name, None)
        after = mover.turned(name, spec, before)
        if after is not None:
            clocks[name] = after
        if after != before:
            due = after.due(calendar) if after else None
            changes.append(ClockChange(name, _action(before, after), due))
    changes += [ClockChange(name, ClockAction.STOP, None) for name in old]
    dues = {n: due for n, clock in clocks.items() if (due := clock.due(calendar)) is not None}
    due_at = dues.get(new.states[case.state].clock or "") or (stopped.until if stopped else None)
    progress = case.progress._replace(clocks=clocks, stopped=stopped)
    return Moved(case._replace(progress=progress), tuple(changes), dues, due_at)


def steps_between(old: Definition, new: Definition, state: str) -> Steps:
    """What may be done in a state under one version and not under the other."""
    before = [step.key for step in old.offers_from.get(state, ())]
    after = [step.key for step in new.offers_from.get(state, ())]
    return Steps(
        gained=tuple(key for key in after if key not in before),
        lost=tuple(key for key in before if key not in after),
    )


def _stopped(new: Definition, case: CaseFacts) -> Stopped | None:
    """A condition that the new version does not know has ended."""
    stopped = case.progress.stopped
    return stopped if stopped is not None and stopped.condition in new.stop_clocks else None


@dataclass(frozen=True, slots=True)
class _Mover:
    new: Definition
    case: CaseFacts
    stopped: Stopped | None
    now: datetime
    calendar: Calendars

    def turned(self, name: str, spec: Deadline, old: Clock | None) -> Clock | None:
        """The clock as it has to be in the present state; None where it does not count there."""
        state = self.case.state
        if state not in spec.runs_in and (state not in spec.paused_in or old is None):
            return None
        clock = self._allowed(name, spec, old)
        if state in spec.paused_in or self._stands(name):
            return clock.pause(self.now)
        return clock.resume(self.now)

    def _allowed(self, name: str, spec: Deadline, old: Clock | None) -> Clock:
        unit = (self.case.lead_unit or "") if spec.calendar is CalendarChoice.UNIT else ""
        if spec.until is not None:
            if old is None or not old.dated:
                raise Refused("date_unknown", clock=name)
            return old.count_by(spec.calendar, unit)
        allowance = self.case.durations.get(name) or spec.by_severity[self.case.severity]
        if old is None:
            return Clock.start(self.now, allowance, calendar=spec.calendar, unit=unit)
        return old._replace(day=None, until=None).correct(allowance).count_by(spec.calendar, unit)

    def _stands(self, name: str) -> bool:
        return (
            self.stopped is not None and name in self.new.stop_clocks[self.stopped.condition].clocks
        )


def _action(before: Clock | None, after: Clock | None) -> ClockAction:
    if before is None or after is None:
        return ClockAction.START if before is None else ClockAction.STOP
    if before.allowances != after.allowances or before.paused == after.paused:
        return ClockAction.CORRECT
    return ClockAction.PAUSE if after.paused else ClockAction.RESUME
