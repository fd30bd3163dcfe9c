"""Incidents on their way: short words for the actions that most tests begin with."""

from django.utils import timezone

from linli.access.actor import Actor
from linli.attachments.actions import WAITING
from linli.attachments.models import Attachment
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.models import Incident
from linli.organisations.models import Unit
from tests.factories.county import Small


def reported(small: Small, by: Actor | None = None, **more: object) -> Incident:
    draft = {
        "text": "村口水管破裂，水流到路面。请尽快来人。",
        "category_id": small.category().pk,
        "source": "grid_worker",
        "spot": Spot(area_id=small.grid.pk, text="村口"),
    }
    return report(Draft(**{**draft, **more}), by=by or small.worker())  # type: ignore[arg-type]


def step(incident: Incident, key: str, by: Actor, **fields: object) -> Incident:
    return take_step(incident.pk, key, fields, version=None, by=by)


def dispatched(small: Small, unit: Unit, operator: Actor | None = None, **more: object) -> Incident:
    operator = operator or small.township_operator()
    incident = step(reported(small, **more), "accept", operator)
    return step(incident, "dispatch", operator, unit=str(unit.pk))


def handled_by(small: Small, handler: Actor, unit: Unit, **more: object) -> Incident:
    """Dispatched to the handler's unit, signed for and handed in."""
    incident = step(dispatched(small, unit, **more), "sign_for", handler)
    return step(incident, "hand_in", handler, result="水管已修复", evidence=attached(handler))


def attached(by: Actor) -> list[str]:
    """A picture that waits for its step."""
    row = Attachment.objects.create(
        subject_kind=WAITING,
        kind="image",
        media_type="image/jpeg",
        file_name="a.jpg",
        size=1,
        sha256="0" * 64,
        store_key="x",
        created_at=timezone.now(),
        created_by=by.id,
    )
    return [str(row.pk)]
