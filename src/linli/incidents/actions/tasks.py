"""The tasks of lead unit and co-handlers: made at dispatch, signed for, ended, taken back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.access.actor import Actor
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.incidents import references
from linli.incidents.models import Incident, IncidentTask
from linli.incidents.rules import Invalid
from linli.incidents.sight import follow
from linli.processes.facts import Progress

ASSIGNED, SIGNED, DONE, TAKEN_BACK = "assigned", "signed", "done", "taken_back"

_RELEASE = """
UPDATE incidents_incidenttask SET is_open = false, state = %s, done_at = %s
WHERE county_id = %s AND incident_id = %s AND is_open
"""
_SIGN = """
UPDATE incidents_incidenttask SET state = %s, signed_at = %s
WHERE county_id = %s AND incident_id = %s AND is_open AND unit_id = ANY(%s)
"""
_FINISH = """
UPDATE incidents_incidenttask SET state = %s, is_open = false, done_at = %s, result = %s
WHERE county_id = %s AND incident_id = %s AND is_open AND unit_id = ANY(%s) AND lead = %s
"""


def assign(
    incident: Incident, fields: Mapping[str, Any], *, at: datetime, batch: Batch
) -> dict[str, Any]:
    """Give the lead unit and each co-handler a task; tasks of an earlier dispatch end."""
    release(incident, at=at, batch=batch)
    due_at = _handling_due(incident)
    lead = _unit("unit", fields["unit"])
    co_units = [_unit("co_units", one) for one in fields.get("co_units", ())]
    instruction = str(fields.get("text") or "")
    rows = [
        new(
            IncidentTask,
            incident=incident,
            unit_id=unit,
            lead=unit == lead,
            opened_at=incident.opened_at,
            assigned_at=at,
            due_at=due_at,
            instruction=instruction,
        )
        for unit in [lead, *co_units]
    ]
    incident.unit_ids = sorted({*incident.unit_ids, lead, *co_units})
    for row in rows:
        batch.insert(row)
    follow([incident.pk], batch=batch)
    names = references.units()
    return {"units": [{"id": str(row.unit_id), "name": names[row.unit_id].name} for row in rows]}


def release(incident: Incident, *, at: datetime, batch: Batch) -> None:
    """End whatever tasks are still open."""
    if incident.dispatched_at is not None:
        batch.add(_RELEASE, [TAKEN_BACK, at, *_key(incident)])


def sign_task(incident: Incident, *, by: Actor, at: datetime, batch: Batch) -> None:
    batch.add(_SIGN, [SIGNED, at, *_key(incident), list(by.units)])


def finish_task(
    incident: Incident, *, by: Actor, at: datetime, result: str, lead: bool, batch: Batch
) -> None:
    batch.add(_FINISH, [DONE, at, result, *_key(incident), list(by.units), lead])


def _key(incident: Incident) -> list[Any]:
    return [current_county(), incident.pk]


def _handling_due(incident: Incident) -> datetime | None:
    from linli.casework.definitions import calendars

    clock = Progress.from_json(incident.progress).clocks.get("handle")
    return clock.due(calendars(incident.calendar_version)) if clock else None


def _unit(field: str, value: object) -> UUID:
    try:
        unit_id = UUID(str(value))
    except ValueError as error:
        raise Invalid(field, "unit_unknown") from error
    unit = references.units().get(unit_id)
    if unit is None:
        raise Invalid(field, "unit_unknown")
    if not references.handles(unit):
        raise Invalid(field, "centre_verifies")
    return unit_id
