"""Calendars, instants and spans decoded from a string of bytes.

Hypothesis draws one string instead of a hundred numbers: ten thousand calendars take seconds, and
a failing one still shrinks, byte by byte, to a plain one.
"""

from datetime import UTC, date, datetime, timedelta

from linli.calendars import Duration, Festival, Hours, Shift, Unit, WorkCalendar

# Zones that set their clocks by an hour or a half, at night or at midnight itself.
ZONES = (
    "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut",
    "Europe/Lisbon", "UTC",
)  # fmt: skip
FIRST = date(2026, 2, 10)
DAYS = 260  # of 2026, from the last weeks of winter to the end of October
LENGTH = 96
RULES = (
    {"kind": "solar", "month": 4, "day": 5},
    {"kind": "lunar", "month": 6, "day": 24},
    {"kind": "weekday", "month": 10, "nth": 2, "weekday": 6},
    {"kind": "lunar", "month": 1, "day": 1},
)


class Bytes:
    """Numbers from bytes; when they are used up, zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = iter(data)

    def below(self, limit: int) -> int:
        number = next(self._data, 0)
        if limit > 256:
            number += next(self._data, 0) * 256
        return number % limit

    def day(self) -> date:
        return FIRST + timedelta(days=self.below(DAYS))

    def days(self) -> frozenset[date]:
        """Some stretches of one to nine days: whole weeks with their ends among them."""
        found: set[date] = set()
        for _ in range(self.below(5)):
            begin = self.day()
            found |= {begin + timedelta(days=number) for number in range(1 + self.below(9))}
        return frozenset(found)

    def shifts(self, earliest: int) -> tuple[Shift, ...]:
        """Up to three shifts within 24 hours of `earliest`, perhaps over midnight."""
        count = self.below(8)
        if count >= 4:
            count = 2  # mostly a morning and an afternoon
        cuts = sorted({earliest + 5 * self.below(289) for _ in range(2 * count)})
        pairs = zip(cuts[::2], cuts[1::2], strict=False)
        return tuple(Shift(start, end) for start, end in pairs if start < 1440)

    def hours(self, earliest: int, since: date = date.min) -> Hours:
        office, other = self.shifts(earliest), self.shifts(earliest)
        if not office:
            office = (Shift(earliest, earliest + 480),)
        week = [office] * 5 + [other] * self.below(3)
        week[self.below(5)] = other
        return Hours((*week, *[()] * (7 - len(week))), office, since)

    def calendar(self) -> WorkCalendar:
        earliest = (0, 480, 720, 1320)[self.below(4)]
        hours = self.hours(earliest)
        changed = (self.hours(earliest, self.day()),) if self.below(3) == 2 else ()
        return WorkCalendar(
            timezone=ZONES[self.below(len(ZONES))],
            week=hours.week,
            makeup=hours.makeup,
            changes=changed,
            holidays=self.days(),
            workdays=self.days(),
            festivals=tuple(self.festival() for _ in range(self.below(3))),
        )

    def festival(self) -> Festival:
        rule = RULES[self.below(len(RULES))]
        return Festival.model_validate(
            {"name": "节", "on": rule, "days": 1 + self.below(4), "since": 2026}
        )

    def instant(self) -> datetime:
        midnight = datetime.combine(self.day(), datetime.min.time(), tzinfo=UTC)
        return midnight + timedelta(minutes=self.below(1440), microseconds=self.below(60_000))

    def gap(self) -> timedelta:
        """A pause, a run: minutes to days."""
        return (timedelta(minutes=self.below(600)), timedelta(hours=self.below(120)))[self.below(2)]

    def span(self) -> timedelta:
        return timedelta(minutes=self.below(400), microseconds=self.below(60_000))

    def duration(self) -> Duration:
        unit = tuple(Unit)[self.below(3)]
        return Duration(1 + self.below(12), unit)
