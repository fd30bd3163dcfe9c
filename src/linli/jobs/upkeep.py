"""The rounds that go through every county: fold counters, seal the audit log, look ahead."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import structlog
from django.conf import settings
from django.db import connection

from linli.access.actor import system
from linli.audit.actions import SEAL_AT_ONCE, seal_pending
from linli.audit.anchors import anchor_file
from linli.casework import tallies
from linli.counties.opening import open_county
from linli.counties.queries import county_codes
from linli.database.inspection import missing_partitions
from linli.incidents.actions.escalating import AT_ONCE, escalate_due
from linli.incidents.actions.watching import watch_coverage
from linli.incidents.coverage import known_since

log = structlog.get_logger(__name__)

MONTHS_WARNED = 3  # a year is made at every migration


def fold_everything() -> int:
    """Fold the changes that wait into the counters of the pages."""
    return in_batches("fold", tallies.fold, tallies.FOLD_AT_ONCE)


def seal_everything() -> int:
    """Chain the audit rows that wait."""
    anchors = anchor_file(settings.ENV.home)
    return in_batches(
        "seal", lambda: seal_pending(anchors=anchors, now=datetime.now(tz=UTC)), SEAL_AT_ONCE
    )


def escalate_everything(now: datetime) -> int:
    """Take every rung that has come."""
    return in_batches("escalate", lambda: escalate_due(now=now, by=system()), AT_ONCE)


def watch_everything(now: datetime) -> None:
    """Tell each county's centre what its process does not cover any more."""
    each_county("coverage", lambda: watch_coverage(now=now, by=system()))


def watch_gaps(now: datetime) -> None:
    """Where gaps are known, look whether they are mended: what stands on a page goes away soon."""

    def look() -> None:
        if known_since():
            watch_coverage(now=now, by=system())

    each_county("coverage", look)


def each_county(name: str, act: Callable[[], object]) -> None:
    """One county's trouble must not stop the others."""
    for code in county_codes():
        try:
            with open_county(code):
                act()
        except Exception:
            log.exception("job failed", job=name, county=code)


def in_batches(name: str, act: Callable[[], int], at_once: int) -> int:
    """County by county, in transactions of limited size; `act` returns how many it took.

    A batch that is not full is the last one. Going on until nothing is left, a round would never
    end while people work: it would run after each of their writes, for one row at a time.
    """
    return sum(_batches(code, name, act, at_once) for code in county_codes())


def _batches(code: str, name: str, act: Callable[[], int], at_once: int) -> int:
    done = 0
    try:
        while True:
            with open_county(code):
                count = act()
            done += count
            if count < at_once:
                return done
    except Exception:
        log.exception("job failed", job=name, county=code)
        return done


def look_ahead(today: date) -> list[str]:
    """Say in the log when months are missing; only the owner can make them (`linli migrate`)."""
    connection.ensure_connection()
    missing = missing_partitions(connection.connection, today, MONTHS_WARNED)
    if missing:
        log.error("partitions missing, run linli migrate", partitions=missing)
    return missing
