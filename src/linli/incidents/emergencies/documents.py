"""What a report says of the case by itself: facts and course, without a word about a person.

Codes and names as they are at that moment; a page puts them into the reader's language. Free text
is the writer's own, since only a person can tell what must not be in it.
"""

from typing import Any
from uuid import UUID

from linli.incidents import references
from linli.incidents.detail import areas_of
from linli.incidents.models import Emergency, Incident, IncidentEvent, IncidentTask

LEFT_OUT = frozenset({"comment", "told", "alert", "evaluate"})  # no part of what was done


def facts_of(emergency: Emergency, incident: Incident) -> dict[str, Any]:
    """Where, what, how bad, who holds it, who was sent, and what happened when."""
    category = references.category(incident.category_id)
    tasks = IncidentTask.objects.filter(incident=incident).order_by("assigned_at", "-lead")
    return {
        "number": incident.number,
        "title": incident.title,
        "category": {"name": category.name, "name_en": category.name_en},
        "severity": incident.severity,
        "state": incident.state,
        "place": [{"name": one.name, "name_en": one.name_en} for one in areas_of(incident)],
        "address": incident.place_text,
        "reported_at": incident.opened_at.isoformat(),
        "raised_at": emergency.raised_at.isoformat(),
        "holder": _unit(incident.platform_unit_id),
        "units": [
            {**_unit(task.unit_id), "lead": task.lead, "state": task.state} for task in tasks
        ],
        "course": _course(incident),
    }


def _course(incident: Incident) -> list[dict[str, Any]]:
    """Time, step and unit of each entry: no name, no free text."""
    lines = IncidentEvent.objects.filter(incident=incident).order_by("case_version")
    return [
        {
            "at": line.occurred_at.isoformat(),
            "kind": line.kind,
            "unit": _unit(line.unit_id),
        }
        for line in lines
        if line.kind not in LEFT_OUT
    ]


def _unit(unit_id: UUID | None) -> dict[str, str]:
    unit = references.every_unit().get(unit_id) if unit_id else None
    return {"name": unit.name, "name_en": unit.name_en} if unit else {"name": "", "name_en": ""}
