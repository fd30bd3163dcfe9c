"""What goes with the words of an old incident when retention blanks them."""

from uuid import UUID

from django.db import connection

from linli.access.actor import system
from linli.audit import actions as audit
from linli.incidents.models import IncidentEvent, IncidentPlace, IncidentText


def forget_words(incident_ids: list[UUID]) -> None:
    """Take the incidents out of the search; blank their further places and their timeline."""
    IncidentText.objects.filter(pk__in=incident_ids).delete()
    IncidentPlace.objects.filter(incident_id__in=incident_ids).update(place_text="")
    lines = _forget_timeline(incident_ids)
    if lines:
        audit.record(
            by=system("retention"),
            action="retention.blank",
            subject=("model", None, IncidentEvent._meta.label),
            classes=IncidentEvent.sensitive,
            reason=f"{lines} entries of {len(incident_ids)} cases",
        )


def _forget_timeline(incident_ids: list[UUID]) -> int:
    """Only the database's own function may do this, and only to cases whose time is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT incidents_forget_timeline(%s)", [incident_ids])
        (lines,) = cursor.fetchone() or (0,)
    return int(lines)
