"""The calendars and process definitions that a county's cases run under, read once a process."""

import time
from functools import lru_cache
from uuid import UUID

from django.db.models import Max

from linli.calendars import CalendarChoice, WorkCalendar
from linli.casework.editions import Edition, read_edition
from linli.casework.models import CalendarVersion, ProcessVersion
from linli.database.context import current_county
from linli.processes import Definition, load

FRESH_FOR = 5.0  # seconds until a newly published version is noticed by every process

_newest: dict[tuple[str, str], tuple[float, int]] = {}


class NotSetUpError(RuntimeError):
    """The county has no calendar or no definition of this process yet."""


def process(key: str, version: int) -> Definition:
    """Return one version of the current county's process."""
    return _process(current_county(), key, version)


def calendars(version: int) -> Edition:
    """Return the calendars of the current county and its units as they stood at a version."""
    return _calendars(current_county(), version)


def newest_process(key: str) -> Definition:
    return process(key, _newest_version(f"process:{key}"))


def newest_calendars() -> Edition:
    return calendars(_newest_version("calendar"))


def calendar_for(choice: CalendarChoice, unit_id: UUID | None) -> WorkCalendar:
    """What a choice means today: the county's, a unit's (or else the county's), or every hour."""
    return newest_calendars().calendar_for(choice, str(unit_id or ""))


def forget() -> None:
    """Drop everything cached (a version was published, or a test emptied the tables)."""
    _newest.clear()
    _process.cache_clear()
    _calendars.cache_clear()


def _newest_version(what: str) -> int:
    cell = (current_county(), what)
    known = _newest.get(cell)
    now = time.monotonic()
    if known is None or now - known[0] > FRESH_FOR:
        known = (now, _read_newest(what))
        _newest[cell] = known
    return known[1]


def _read_newest(what: str) -> int:
    kind, _, key = what.partition(":")
    if kind == "calendar":
        newest = CalendarVersion.objects.aggregate(version=Max("version"))
    else:
        newest = ProcessVersion.objects.filter(process=key).aggregate(version=Max("version"))
    version: int | None = newest["version"]
    if version is None:
        raise NotSetUpError(f"This county has no {what}: run `linli county create` again.")
    return version


@lru_cache(maxsize=256)
def _process(county: str, key: str, version: int) -> Definition:  # noqa: ARG001 -- part of the key
    return load(ProcessVersion.objects.get(process=key, version=version).document)


@lru_cache(maxsize=256)
def _calendars(county: str, version: int) -> Edition:  # noqa: ARG001 -- part of the key
    return read_edition(version)
