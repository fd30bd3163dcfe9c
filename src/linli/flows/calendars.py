"""A calendar is published, and open deadlines follow it: at once where they are few."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from linli.access.actor import Actor, system
from linli.calendars import UnitDocument
from linli.calendars.days import Differences, compare
from linli.casework import definitions, publishing
from linli.casework.editions import Edition
from linli.casework.publishing import Document
from linli.casework.seen import MORE_THAN_SEEN, worse
from linli.counties.opening import open_county
from linli.database.context import current_county
from linli.incidents.actions.recalculating import AT_ONCE, STAMPED_AT_ONCE, recalculate
from linli.incidents.models import Incident
from linli.incidents.recalculation import Impact, impact, touched
from linli.lib.errors import InputError
from linli.organisations.models import Unit

TASK = "recalculate_deadlines"
# Other processes count by the edition that they knew for some seconds (`definitions.FRESH_FOR`);
# what they were writing meanwhile is written by then.
LATER = 20  # seconds


@dataclass(frozen=True)
class Preview:
    """What publishing a document would do: to the days, and to the open deadlines."""

    document: Document
    based_on: int
    differences: Differences
    impact: Impact


def own_document(edition: Edition, unit: Unit | None) -> Document:
    """What is published for the county, or of a unit: nothing yet means that it follows."""
    if unit is None:
        return edition.document
    return edition.units.get(unit.pk) or UnitDocument(key=unit.code)


def preview(document: Document, *, unit: Unit | None) -> Preview:
    """Work out what would change; nothing is written. Raises InputError."""
    old = publishing.newest_edition()
    edition = publishing.proposed(document, unit=unit, on=old)
    key = unit.pk if unit else None
    return Preview(
        document=document,
        based_on=old.version,
        differences=compare(old.whole(key), edition.whole(key)),
        impact=impact(old, edition, now=timezone.now()),
    )


def publish(
    document: Document,
    *,
    unit: Unit | None,
    based_on: int,
    by: Actor,
    note: str = "",
    seen: Sequence[int] | None = None,
) -> Edition:
    """Publish a calendar and recalculate open deadlines. Raises InputError; then nothing is done.

    `seen` is what `Impact.hurts` was when somebody looked: where it is more, they look again.

    A job goes with the transaction. It takes what was reported by the old calendar meanwhile and,
    in a large county, all open cases.
    """
    try:
        if seen is not None and worse(preview(document, unit=unit).impact.hurts, seen):
            raise InputError(MORE_THAN_SEEN)
        return _publish(document, unit=unit, based_on=based_on, by=by, note=note)
    finally:
        definitions.forget()  # after the commit, or what was read before a rollback


@transaction.atomic
def _publish(
    document: Document, *, unit: Unit | None, based_on: int, by: Actor, note: str
) -> Edition:
    old = publishing.newest_edition()
    edition = publishing.publish_calendar(document, unit=unit, based_on=based_on, by=by, note=note)
    if _few(touched(old, edition), AT_ONCE) and _few(_open(), STAMPED_AT_ONCE):
        while recalculate(edition, by=system())[0]:
            pass
    job = app.configure_task(TASK, schedule_in={"seconds": LATER})
    job.defer(county=current_county())
    return edition


def _open() -> QuerySet[Incident]:
    return Incident.objects.filter(is_open=True)


def _few(rows: QuerySet[Incident] | None, limit: int) -> bool:
    return rows is None or rows.order_by()[: limit + 1].count() <= limit


def recalculate_all(county: str) -> int:
    """Take all open cases to the newest edition, each batch in a transaction of its own.

    Returns how many cases have another deadline now. Call outside a context; safe to run again.
    """
    moved = 0
    while True:
        with open_county(county):
            taken, changed = recalculate(publishing.newest_edition(), by=system())
        moved += changed
        if not taken:
            return moved
