"""Reported and settled on the spot, in one go: what a grid worker did while standing there."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from linli.access.actor import Actor
from linli.incidents.actions.report import Draft, report
from linli.incidents.actions.step import take_step
from linli.incidents.models import Incident


@transaction.atomic
def report_settled(
    draft: Draft,
    *,
    result: str,
    evidence: Sequence[UUID] = (),
    by: Actor,
    at: datetime | None = None,
) -> Incident:
    """Report a matter and settle it; both or neither. Raises what `report` and the step raise."""
    incident = report(draft, by=by, at=at)
    fields = {"result": result, "evidence": [str(one) for one in evidence]}
    return take_step(
        incident.pk, "settle", fields, version=incident.version, by=by, at=incident.opened_at
    )
