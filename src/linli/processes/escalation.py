"""When the rungs of a ladder come, counted from a deadline."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from linli.calendars import WorkCalendar, back_from, deadline
from linli.processes.definition import Definition
from linli.processes.ladders import Rung


class Due(NamedTuple):
    """A rung, its place in the ladder (from 0) and its instant in UTC."""

    place: int
    rung: Rung
    at: datetime


def rungs(
    definition: Definition, state: str, due_at: datetime, calendar: WorkCalendar
) -> tuple[Due, ...]:
    """The rungs of a state for one deadline, in the order of their instants."""
    ladder = definition.ladders.get(definition.states[state].ladder or "")
    found = [
        Due(index, rung, _instant(rung, due_at, calendar))
        for index, rung in enumerate(ladder.rungs if ladder else ())
    ]
    return tuple(sorted(found, key=lambda due: (due.at, due.place)))


def reached(ladder: tuple[Due, ...], *, now: datetime, taken: int) -> Iterator[Due]:
    """The rungs that have come by `now`, but for the first `taken` of them."""
    return (due for due in ladder[taken:] if due.at <= now)


def next_at(ladder: tuple[Due, ...], *, taken: int) -> datetime | None:
    """When the next rung comes; None after the last."""
    return ladder[taken].at if taken < len(ladder) else None


def _instant(rung: Rung, due_at: datetime, calendar: WorkCalendar) -> datetime:
    if rung.before is not None:
        return back_from(due_at, rung.before, calendar)
    return deadline(due_at, rung.after, calendar) if rung.after is not None else due_at
