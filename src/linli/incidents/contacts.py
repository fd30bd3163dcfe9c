"""How to reach a reporter: sealed at once, opened only with its own right and an audit row."""

import json
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import BinaryField, Count, F, Func, Q, QuerySet
from django.utils import timezone

from linli.access.actor import Actor, require
from linli.access.permissions import Permission
from linli.audit import actions as audit
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents.models import Incident, ReporterContact
from linli.incidents.rules import Invalid
from linli.lib.crypto import KEY_PLACE, SealBrokenError, open_text, seal

PURPOSE = "contact"
LIMIT = 120


@dataclass(frozen=True)
class Contact:
    """What a reporter left; `anonymous_to_units` hides from units that anybody reported at all."""

    name: str = ""
    phone: str = ""
    address: str = ""
    anonymous_to_units: bool = True


def check_contact(contact: Contact) -> None:
    """Raise Invalid for a contact that cannot be kept."""
    if not (contact.phone.strip() or contact.address.strip()):
        raise Invalid("contact", "contact_empty")
    for name in ("name", "phone", "address"):
        if len(getattr(contact, name)) > LIMIT:
            raise Invalid(f"contact_{name}", "contact_too_long", limit=LIMIT)


def keep_contact(incident: Incident, contact: Contact, *, by: Actor, batch: Batch) -> None:
    """Seal a checked contact beside its incident."""
    row = new(
        ReporterContact,
        incident=incident,
        created_at=timezone.now(),
        anonymous_to_units=contact.anonymous_to_units,
    )
    content = json.dumps(asdict(contact), ensure_ascii=False)
    row.sealed = seal(content, purpose=PURPOSE, context=_bound_to(row.pk))
    batch.insert(row)
    subject = ("incident", incident.pk, incident.number)
    audit.record(by=by, action="contact.kept", subject=subject, classes=["contact"], batch=batch)


def open_contacts(incident: Incident, *, by: Actor, reason: str) -> list[Contact]:
    """Open what the reporters of an incident, and of those merged into it, have left.

    The audit row is written first. Raises Invalid, also where a key is not here.
    """
    require(by, Permission.INCIDENT_CONTACT)
    if not reason.strip():
        raise Invalid("reason", "text_empty")
    subject = ("incident", incident.pk, incident.number)
    audit.record(
        by=by, action="contact.opened", subject=subject, classes=["contact"], reason=reason
    )
    try:
        return [_open(row) for row in _of(incident).order_by("created_at")]
    except SealBrokenError as problem:
        raise Invalid("contact", "contact_closed") from problem


def closed_contacts() -> int:
    """How many contacts of the current county no key here opens; one of each key is tried."""
    key = Func(F("sealed"), *KEY_PLACE, function="substring", output_field=BinaryField())
    rows = ReporterContact.objects.annotate(key=key)
    counts = rows.values("key").order_by("key").annotate(count=Count("*"))
    return sum(one["count"] for one in counts if not _opens(rows.filter(key=one["key"])[0]))


def _opens(row: ReporterContact) -> bool:
    try:
        _open(row)
    except SealBrokenError:
        return False
    return True


def _of(incident: Incident) -> QuerySet[ReporterContact]:
    merged = Incident.objects.filter(merged_into=incident).values("pk")
    return ReporterContact.objects.filter(Q(incident=incident) | Q(incident_id__in=merged))


def _open(row: ReporterContact) -> Contact:
    content = open_text(bytes(row.sealed), purpose=PURPOSE, context=_bound_to(row.pk))
    return Contact(**json.loads(content))


def _bound_to(row_id: UUID) -> str:
    return f"{current_county()}:{row_id}"


def has_contact(incident: Incident) -> bool:
    """Whether a reporter of this incident left a way to be reached."""
    return bool(_of(incident).exists())
