"""What every step leaves behind: an entry of the timeline, a counter's change, an audit row."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from linli.access.actor import Actor
from linli.audit import actions as audit
from linli.casework import tallies
from linli.casework.definitions import process
from linli.casework.models.counting import MARKS
from linli.casework.tallies import Cell
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents.enums import FINAL_STATES
from linli.incidents.meaning import extending, reworking
from linli.incidents.models import Incident, IncidentEvent
from linli.processes import Decision

SUBJECT = "incident"


def event(
    incident: Incident,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    from_state: str = "",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> IncidentEvent:
    """Build the next entry of an incident's timeline; `incident` is as it is afterwards."""
    return new(
        IncidentEvent,
        incident=incident,
        recorded_at=timezone.now(),
        occurred_at=at,
        kind=kind,
        case_version=incident.version,
        from_state=from_state,
        to_state=incident.state,
        process_version=incident.process_version,
        calendar_version=incident.calendar_version,
        actor_id=by.id,
        actor_label=by.label,
        actor_role=by.held[0].role if by.held else "",
        unit_id=_acting_unit(by, incident),
        due_at=incident.due_at,
        reason=reason,
        data=dict(data or {}),
    )


def decision_data(decision: Decision) -> dict[str, Any]:
    """What a decision adds to the timeline: fields but for texts shown apart, and its clocks."""
    fields = {
        str(name): _plain(value)
        for name, value in decision.fields.items()
        if str(name) not in {"reason", "text", "place"}
    }
    clocks = [
        {
            "clock": c.clock,
            "action": str(c.action),
            "due_at": c.due_at.isoformat() if c.due_at else None,
        }
        for c in decision.clocks
    ]
    return {"fields": fields, "clocks": clocks}


def count(before: Cell | None, incident: Incident, *, at: datetime, batch: Batch) -> None:
    after = cell(incident)
    if before != after:
        batch.insert(tallies.delta(SUBJECT, old=before, new_cell=after, at=at))


def cell(incident: Incident) -> Cell:
    """Where an incident counts."""
    keys = {
        "township": incident.township_id,
        "category": incident.category_id,
        "area": incident.area_id,
        "unit": incident.lead_unit_id,
    }
    month = month_of(incident.opened_at)
    named = {name: str(key) for name, key in keys.items() if key}
    had = tuple(map(str, incident.unit_ids))
    return Cell(month, incident.state, named, marks_of(incident), had)


def marks_of(incident: Incident) -> tuple[str, ...]:
    """What an ended case counts as, for the rates; one that goes on elsewhere as nothing.

    Handled is what was handed in: a matter settled on the spot had no deadline to keep.
    """
    if incident.state not in FINAL_STATES or incident.merged_into_id:
        return ()
    taken: Mapping[str, int] = incident.progress.get("counts", {}).get("case", {})
    handled = incident.on_time is not None
    definition = process("incident", incident.process_version)
    borne = {
        "dispatched": incident.dispatched_at is not None,
        "handled": handled,
        "on_time": handled and incident.on_time,
        "reworked": handled and not reworking(definition).isdisjoint(taken),
        "extended": not extending(definition).isdisjoint(taken),
    }
    return tuple(name for name in MARKS if borne[name])


def month_of(moment: datetime) -> date:
    return timezone.localdate(moment).replace(day=1)


def audited(incident: Incident, *, action: str, by: Actor, batch: Batch, reason: str = "") -> None:
    subject = (SUBJECT, incident.pk, incident.number)
    audit.record(by=by, action=f"incident.{action}", subject=subject, reason=reason, batch=batch)


def _acting_unit(by: Actor, incident: Incident) -> Any:
    units = [held.unit_id for held in by.held if held.unit_id]
    if incident.lead_unit_id in units:
        return incident.lead_unit_id
    return units[0] if units else None


def _plain(value: object) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
