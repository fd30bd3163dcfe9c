"""An entry of the timeline that no step of the process wrote."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linli.access.actor import Actor
from linli.database.batch import Batch
from linli.incidents.actions.record import audited, event
from linli.incidents.models import Incident, IncidentEvent


def note(
    incident: Incident,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    batch: Batch,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    changed: tuple[str, ...] = (),
) -> IncidentEvent:
    """Write an entry and its audit row; `incident` is locked, `changed` are its fields."""
    incident.version += 1
    batch.update(incident, ["version", *changed])
    line = event(
        incident, kind=kind, by=by, at=at, from_state=incident.state, reason=reason, data=data
    )
    batch.insert(line)
    audited(incident, action=kind, by=by, batch=batch)
    return line
