"""When a rung's time is over and which reports are due. Pure: no Django, no clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.calendars import Duration
from linli.processes.emergencies import Reports

SKEW = timedelta(minutes=1)  # clocks of two servers differ that much
FIRST, FOLLOW_UP, FINAL = "first", "follow_up", "final"


After = Callable[[datetime, Duration], datetime]
"""The end of a duration that begins at a moment, by the calendar that counts."""


@dataclass(frozen=True, slots=True)
class Sent:
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is due, or was sent; `late` where it missed its time."""

    kind: str
    due_at: datetime
    sent_at: datetime | None
    late: bool


def rung_over(called_at: datetime, due_at: datetime, now: datetime) -> bool:
    """Whether somebody has had their minutes.

    A call that lies ahead was made before the clock was set back: nobody knows how long ago, and
    an alarm too many is better than silence.
    """
    return now >= due_at or now < called_at - SKEW


def reports_due(
    reports: Reports,
    *,
    raised_at: datetime,
    ended_at: datetime | None,
    sent: Iterable[Sent],
    now: datetime,
    after: After,
) -> list[Due]:
    """Every report in its order: those sent, then the one that is due next, if any."""
    found: list[Due] = []
    due_at, last = raised_at + timedelta(minutes=reports.first_minutes), None
    for one in sorted(sent, key=lambda report: report.at):
        found.append(Due(one.kind, _due(one.kind, due_at, ended_at, reports, after), one.at, False))
        due_at, last = after(one.at, reports.follow_up), one.kind
    if last != FINAL:
        kind = next_kind(found, ended_at)
        found.append(Due(kind, _due(kind, due_at, ended_at, reports, after), None, False))
    return [_judged(one, now) for one in found]


def next_kind(sent: Sequence[Due], ended_at: datetime | None) -> str:
    """What has to be written next."""
    if not sent:
        return FIRST
    return FINAL if ended_at else FOLLOW_UP


def _due(
    kind: str, due_at: datetime, ended_at: datetime | None, reports: Reports, after: After
) -> datetime:
    return after(ended_at, reports.final) if kind == FINAL and ended_at is not None else due_at


def _judged(one: Due, now: datetime) -> Due:
    return Due(one.kind, one.due_at, one.sent_at, (one.sent_at or now) > one.due_at)
