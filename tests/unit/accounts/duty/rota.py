"""Short words for lines and people of a rota."""

from datetime import date
from uuid import UUID

from linli.accounts.duty.rules import Line, Person

BEGINNING = date(2020, 1, 1)
EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))


def person(number: int, **more: object) -> Person:
    values = {"id": UUID(int=number), "user": UUID(int=1000 + number), "valid_from": BEGINNING}
    return Person(**(values | more))  # type: ignore[arg-type]


ANNA, BO, CHEN, DING = (person(number) for number in range(1, 5))


def line(
    starts: str,
    ends: str,
    officer: Person | None = ANNA,
    *,
    days: frozenset[int] = EVERY_DAY,
    **more,
) -> Line:
    values = {"valid_from": BEGINNING, "valid_to": None, "officer": officer} | more
    return Line(weekdays=days, starts=minute(starts), ends=minute(ends), **values)


def dated(day: date, starts: str, ends: str, officer: Person | None = BO, **more) -> Line:
    last = date.fromordinal(day.toordinal() + more.pop("days", 1))
    return line(starts, ends, officer, days=frozenset(), valid_from=day, valid_to=last, **more)


def minute(clock: str) -> int:
    hour, minutes = clock.split(":")
    return int(hour) * 60 + int(minutes)


def never(_day: date) -> list[tuple[int, int]]:
    return []


def office(day: date) -> list[tuple[int, int]]:
    return [(510, 720), (840, 1050)] if day.weekday() < 5 else []
