"""Times of a foreign file become times in UTC.

A time with an offset is what it says. One without is local time of the profile's zone. When the
clocks go back an hour happens twice: `ambiguous_hour` chooses, except that a closing whose
earlier reading lies before the opening is read as the later one. When they go forward an hour
is missing: a time inside it is read with the offset before the change (PEP 495).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo


class AmbiguousTimeError(ValueError):
    """A local time that happens twice, where the profile asks to reject it."""


AmbiguousHour = Literal["earlier", "later", "reject"]
Clock = Callable[[str, datetime | None], datetime]


def localize(
    naive: datetime, zone: ZoneInfo, policy: AmbiguousHour, after: datetime | None = None
) -> datetime:
    """Local time to UTC; `after` is a time that this one cannot precede."""
    first = naive.replace(tzinfo=zone)
    second = first.replace(fold=1)
    earlier, later = first.astimezone(UTC), second.astimezone(UTC)
    if earlier >= later:  # equal: an ordinary hour; greater: the hour that is missing in spring
        return earlier
    if policy == "reject":
        raise AmbiguousTimeError(str(naive))
    if policy == "later" or (after is not None and earlier < after <= later):
        return later
    return earlier


def clock(pattern: str, zone: ZoneInfo, policy: AmbiguousHour) -> Clock:
    """A function from the file's text (and a time it cannot precede) to UTC; else ValueError."""
    parse: Callable[[str], datetime]
    parse = datetime.fromisoformat if pattern == "iso" else _strptime(pattern)

    def read(text: str, after: datetime | None = None) -> datetime:
        moment = parse(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        return localize(moment, zone, policy, after)

    return read


def _strptime(pattern: str) -> Callable[[str], datetime]:
    def parse(text: str) -> datetime:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is the profile's

    return parse
