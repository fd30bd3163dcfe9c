"""The calendars and process definitions that a county's cases run under, read once a process."""

import time
from functools import lru_cache

from django.db.models import Max

from linli.calendars import CalendarDocument, WorkCalendar
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


def calendar(version: int) -> WorkCalendar:
    """Return one version of the current county's working calendar."""
    return _calendar(current_county(), version)


def newest_process(key: str) -> Definition:
    return process(key, _newest_version(f"process:{key}"))


def newest_document(key: str) -> str:
    """The newest version of a process as it was written."""
    version = _newest_version(f"process:{key}")
    return ProcessVersion.objects.get(process=key, version=version).document


def newest_calendar() -> tuple[WorkCalendar, int]:
    version = _newest_version("calendar")
    return calendar(version), version


def forget() -> None:
    """Drop everything cached (a version was published, or a test emptied the tables)."""
    _newest.clear()
    _process.cache_clear()
    _calendar.cache_clear()


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
def _calendar(county: str, version: int) -> WorkCalendar:  # noqa: ARG001 -- part of the key
    row = CalendarVersion.objects.get(version=version)
    return CalendarDocument.model_validate(row.document).calendar()
