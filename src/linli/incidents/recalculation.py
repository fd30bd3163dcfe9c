"""Which open deadlines another edition of the calendars moves, before or while it holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db.models import Q, QuerySet

from linli.calendars import CalendarChoice, deadline
from linli.calendars.days import first_difference
from linli.casework.definitions import process
from linli.casework.editions import Edition
from linli.incidents.ladder import definition_of, working_time
from linli.incidents.models import Incident, IncidentTask
from linli.processes.facts import Progress, Stopped

PROCESS = "incident"
SHOWN = 20  # examples of an impact
NEEDED = ("number", "state", "process_version", "progress", "due_at", "lead_unit")


@dataclass(frozen=True, slots=True)
class Move:
    """A clock, or the end of the condition `clock` that stops it, at another time.

    `counts`: it is what the case is due by now.
    """

    clock: str
    was: datetime
    due: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A case whose deadline of now would move."""

    number: str
    was: datetime
    due: datetime


@dataclass
class Impact:
    """What publishing would do to the open cases; `missed` are deadlines that would have passed."""

    open: int = 0
    moved: int = 0
    later: int = 0
    earlier: int = 0
    missed: int = 0
    examples: list[Example] = field(default_factory=list)

    @property
    def hurts(self) -> tuple[int, ...]:
        """What somebody has to have seen before they publish it."""
        return self.earlier, self.missed


def moves(incident: Incident, progress: Progress, old: Edition, new: Edition) -> list[Move]:
    """What the new calendars move; under both each clock counts from its start."""
    definition = process(PROCESS, incident.process_version)
    current = definition.states[incident.state].clock
    before = {name: clock.due(old) for name, clock in progress.clocks.items()}
    after = {name: clock.due(new) for name, clock in progress.clocks.items()}
    if progress.stopped and current and before.get(current) is None:
        current = progress.stopped.condition
        before[current] = progress.stopped.until
        after[current] = end_of_stop(incident, progress.stopped, new)
    pairs = ((name, was, after[name]) for name, was in before.items())
    return [
        Move(name, was, due, name == current)
        for name, was, due in pairs
        if was and due and was != due
    ]


def end_of_stop(incident: Incident, stopped: Stopped, edition: Edition) -> datetime:
    """A condition holds for the time that it may, in the working time of the case's state."""
    condition = definition_of(incident).stop_clocks.get(stopped.condition)
    if condition is None:
        return stopped.until
    return deadline(stopped.since, condition.at_most, working_time(incident, edition))


def touched(old: Edition, new: Edition) -> QuerySet[Incident] | None:
    """Open cases with a date that a difference of the two editions may concern; None where the
    two work alike. What ends before the first other day is the same under both.
    """
    first = [
        first_difference(*(one.calendar_for(CalendarChoice.UNIT, unit) for one in (old, new)))
        for unit in ("", *(str(key) for key in {*old.units, *new.units}))
    ]
    days = [day for day in first if day is not None]
    if not days:
        return None
    begin = datetime.combine(min(days), time(), tzinfo=new.county.zone)
    tasks = IncidentTask.objects.filter(is_open=True, due_at__gte=begin)
    dated = Q(due_at__gte=begin) | Q(next_rung_at__gte=begin)
    dated |= Q(pk__in=tasks.values("incident_id"))
    return Incident.objects.filter(dated, is_open=True)


def impact(old: Edition, new: Edition, *, now: datetime) -> Impact:
    """What would happen to the deadlines that count now, told before anything is published."""
    found = Impact(open=Incident.objects.filter(is_open=True).count())
    rows = touched(old, new)
    for incident, move in _moving(rows, old, new) if rows is not None else ():
        found.moved += 1
        found.later += move.due > move.was
        found.earlier += move.due < move.was
        found.missed += move.due <= now < move.was
        if len(found.examples) < SHOWN:
            example = Example(incident.number, move.was, move.due)
            found.examples.append(example)
    return found


def _moving(
    rows: QuerySet[Incident], old: Edition, new: Edition
) -> Iterator[tuple[Incident, Move]]:
    for incident in rows.only(*NEEDED).order_by("due_at", "id").iterator(chunk_size=2_000):
        for move in moves(incident, Progress.from_json(incident.progress), old, new):
            if move.counts:
                yield incident, move
