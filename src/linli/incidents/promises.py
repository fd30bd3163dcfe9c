"""Promised calls: made, kept, and those that wait for a unit."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.counties.locking import locked
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents.actions.noting import note
from linli.incidents.actions.step import NotFound
from linli.incidents.enums import EventKind
from linli.incidents.models import Incident, PromisedCall
from linli.incidents.queries import sees, visible_to
from linli.incidents.rules import Invalid

ABOUT_MAX = 200
NUMBER = re.compile(r"\d[\d\s-]{5,}\d")


@transaction.atomic
def promise_call(
    incident_id: UUID, *, about: str, due_at: datetime, unit: UUID, by: Actor
) -> PromisedCall:
    """Somebody of a unit will call back by a time; no telephone number belongs in here.

    Raises NotFound, Invalid, PermissionRefusedError.
    """
    require(by, Permission.INCIDENT_CONTACT)
    incident = locked(Incident, incident_id)
    if incident is None or not sees(by, incident) or unit not in by.units:
        raise NotFound(incident_id)
    now, about = timezone.now(), about.strip()
    if not about:
        raise Invalid("about", "text_empty")
    if len(about) > ABOUT_MAX:
        raise Invalid("about", "text_too_long", limit=ABOUT_MAX)
    if NUMBER.search(about):
        raise Invalid("about", "number_in_text")
    if due_at <= now:
        raise Invalid("due_at", "in_the_past")
    batch = Batch()
    row = new(
        PromisedCall,
        incident=incident,
        unit_id=unit,
        about=about,
        due_at=due_at,
        made_at=now,
        made_by=by.id,
        made_label=by.label,
    )
    batch.insert(row)
    data = {"until": due_at.isoformat()}
    note(incident, EventKind.PROMISE, by=by, at=now, batch=batch, data=data, reason=about)
    batch.send()
    return row


@transaction.atomic
def keep_promise(call_id: UUID, *, by: Actor) -> PromisedCall:
    """The call was made. Twice is no error. Raises NotFound, PermissionRefusedError."""
    require(by, Permission.INCIDENT_CONTACT)
    case = PromisedCall.objects.filter(pk=call_id).values_list("incident_id", flat=True).first()
    incident = locked(Incident, case) if case else None
    row = locked(PromisedCall, call_id)
    if incident is None or row is None or not sees(by, incident):
        raise NotFound(call_id)
    if row.done_at is not None:
        return row
    now, batch = timezone.now(), Batch()
    row.done_at, row.done_by, row.done_label = now, by.id, by.label
    batch.update(row, ["done_at", "done_by", "done_label"])
    note(incident, EventKind.PROMISE_KEPT, by=by, at=now, batch=batch, reason=row.about)
    batch.send()
    return row


def promises_of(incident: Incident) -> list[PromisedCall]:
    return list(PromisedCall.objects.filter(incident=incident).order_by("done_at", "due_at"))


def open_promises(actor: Actor, unit: UUID) -> list[PromisedCall]:
    """Those that a unit still owes, of matters in sight."""
    rows = PromisedCall.objects.filter(unit_id=unit, done_at__isnull=True)
    rows = rows.filter(incident__in=visible_to(actor).values("pk"))
    return list(rows.select_related("incident").order_by("due_at"))


def calls_by_ids(ids: list[UUID]) -> dict[UUID, PromisedCall]:
    """Those of a handover, whose readers are of the unit that owes them."""
    return {row.pk: row for row in PromisedCall.objects.filter(pk__in=ids)}
