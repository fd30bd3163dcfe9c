"""Publishing a calendar: a new version that everything counts by from then on."""

from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.calendars import CalendarDocument, UnitDocument
from linli.calendars.documents import refusal
from linli.casework import definitions
from linli.casework.editions import Edition, read_edition
from linli.casework.models import CalendarVersion
from linli.counties.tenancy import new
from linli.lib.errors import InputError, gettext_noop
from linli.organisations.models import Unit

CHANGED = gettext_noop(
    "Somebody has published a calendar meanwhile: look at the change again before you publish it."
)
DOES_NOT_FIT = gettext_noop("The calendar of %(unit)s does not fit: %(why)s")
NO_COUNTY = gettext_noop("The county's calendar has a time zone, which cannot change.")

Document = CalendarDocument | UnitDocument


def newest_edition() -> Edition:
    """The newest calendars as they stand in the database now, remembered by nobody."""
    newest = CalendarVersion.objects.aggregate(version=Max("version"))["version"]
    return read_edition(newest)


def proposed(document: Document, *, unit: Unit | None, on: Edition) -> Edition:
    """The calendars as they would stand after publishing. Raises InputError where some cannot."""
    units = dict(on.units)
    county = document if isinstance(document, CalendarDocument) else on.document
    if isinstance(document, UnitDocument) and unit is not None:
        units[unit.pk] = document
    if county.timezone != on.document.timezone:
        raise InputError(NO_COUNTY)
    edition = Edition(
        version=on.version + 1,
        document=county,
        units={key: own for key, own in units.items() if not own.follows},
    )
    for key in edition.units:
        _check_fits(edition, key)
    return edition


@transaction.atomic
def publish_calendar(
    document: Document, *, unit: Unit | None, based_on: int, by: Actor, note: str = ""
) -> Edition:
    """Make a document the newest version, `based_on` the version that was seen.

    Raises InputError: somebody was faster, or a unit's calendar would not fit any more.
    """
    require(by, Permission.CALENDAR_EDIT)
    on = newest_edition()
    if on.version != based_on:
        raise InputError(CHANGED)
    edition = replace(proposed(document, unit=unit, on=on), note=note.strip()[:200])
    own = {"version": edition.version, "key": unit.code if unit else "county"}
    stored = document.model_copy(update=own)
    row = new(
        CalendarVersion,
        version=edition.version,
        unit=unit,
        document=stored.model_dump(mode="json"),
        note=edition.note,
        published_at=timezone.now(),
        published_by=by.id,
        publisher=by.label[:120],
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # the other one took this version a moment ago
        raise InputError(CHANGED) from error
    subject = ("calendar", row.pk, f"{edition.version} {unit.name if unit else ''}".strip())
    audit.record(by=by, action="calendar.published", subject=subject, reason=note)
    transaction.on_commit(definitions.forget)
    return edition


def _check_fits(edition: Edition, unit: UUID) -> None:
    try:
        edition.whole(unit)
    except ValueError as error:
        name = Unit.objects.values_list("name", flat=True).get(pk=unit)
        raise InputError(DOES_NOT_FIT, unit=name, why=refusal(error)) from error
