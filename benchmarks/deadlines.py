"""Deadlines a second beside a plain datetime addition, and events a second of a replay.

The calendar is a Chinese county office with the official days of 2004-2027 and a festival by the
moon; sixty units have a calendar of their own over it, and take the deadlines in turn.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import files

from linli.calendars import Duration, UnitDocument, WorkCalendar, deadline
from linli.calendars.default import default_document
from linli.calendars.proposals import edited
from linli.processes import EventFacts, load, replay

ROUNDS = 5
UNITS = 60
WEEKS = (["08:30-12:00", "14:00-17:30"], ["08:00-16:00"], ["20:00-04:00"])
FESTIVAL = {
    "name": "火把节",
    "on": {"kind": "lunar", "month": 6, "day": 24},
    "days": 3,
    "since": 2020,
}
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
COURSE = [
    ("report", "reported", "worker", ""),
    ("accept", "accepted", "desk", ""),
    ("dispatch", "dispatched", "desk", ""),
    ("sign_for", "handling", "roads", "U"),
    ("hand_in", "awaiting_verification", "roads", "U"),
    ("verify_pass", "closed", "desk", ""),
    ("evaluate", "closed", "worker", ""),
]


def measure(deadlines: int = 100_000, cases: int = 20_000) -> dict[str, float]:
    """Seconds for the deadlines of each unit, the ratio to plain addition, replayed events/s."""
    calendar = default_document("Asia/Shanghai").calendar()
    starts = [BEGIN + timedelta(minutes=5 * number) for number in range(deadlines)]
    span = timedelta(hours=5)
    plain = _seconds(lambda: [start + span for start in starts])
    figures: dict[str, float] = {"deadlines": deadlines, "plain_addition_seconds": plain}
    for text in ("5 working hours", "3 working days", "24 hours"):
        duration = Duration.parse(text)
        deadline(starts[-1], duration, calendar)  # lays the years out
        taken = _seconds(partial(_deadlines, starts, duration, calendar))
        name = text.replace(" ", "_")
        figures[f"{name}_seconds"] = taken
        figures[f"{name}_ratio"] = round(taken / plain, 1)
    return figures | _by_units(starts, plain) | _replayed(cases)


def _by_units(starts: list[datetime], plain: float) -> dict[str, float]:
    """Three working days, each by the calendar of another unit: day shifts, nights, Saturdays."""
    county = edited(default_document("Asia/Shanghai"), festivals=[FESTIVAL])
    units = [
        UnitDocument.model_validate(
            {"key": str(number), "week": [WEEKS[number % 3]] * 6 + [[]], "makeup": WEEKS[0]}
        )
        for number in range(UNITS)
    ]
    calendars = [unit.over(county).calendar() for unit in units]
    duration = Duration.parse("3 working days")
    for calendar in calendars:
        deadline(starts[-1], duration, calendar)  # lays the years out
    turns = [calendars[number % UNITS] for number in range(len(starts))]
    taken = _seconds(
        lambda: [deadline(one, duration, by) for one, by in zip(starts, turns, strict=True)]
    )
    return {
        "3_working_days_of_60_units_seconds": taken,
        "3_working_days_of_60_units_ratio": round(taken / plain, 1),
    }


def _deadlines(
    starts: list[datetime], duration: Duration, calendar: WorkCalendar
) -> list[datetime]:
    return [deadline(start, duration, calendar) for start in starts]


def _replayed(cases: int) -> dict[str, float]:
    source = files("linli.incidents") / "processes" / "incident.yaml"
    definition = load(source.read_text(encoding="utf-8"))
    history = [
        EventFacts(key, state, BEGIN + timedelta(hours=hour), actor, unit, "general")
        for hour, (key, state, actor, unit) in enumerate(COURSE)
    ]
    violations = 0

    def run() -> None:
        nonlocal violations
        violations += sum(len(replay(definition, history)) for _ in range(cases))

    taken = _seconds(run)
    return {
        "replay_events_per_second": round(cases * len(history) / taken),
        "replay_violations": violations,
    }


def _seconds(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of some rounds, in CPU seconds of this process."""
    taken = []
    for _ in range(rounds):
        begin = time.process_time()
        run()
        taken.append(time.process_time() - begin)
    return round(statistics.median(taken), 4)


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
