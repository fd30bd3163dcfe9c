"""A step that was allowed, as its effects are carried out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from linli.access.actor import Actor
from linli.database.batch import Batch
from linli.incidents.models import Incident
from linli.processes import Decision
from linli.processes.routing_table import Rule


@dataclass(frozen=True)
class Before:
    """What a step is about to change: deadline, severity, verifier, platform, place, units."""

    due_at: datetime | None = None
    severity: str = ""
    verifier_unit: UUID | None = None
    units: frozenset[UUID] = frozenset()
    platform_unit: UUID | None = None
    place_text: str = ""
    areas: tuple[UUID | None, ...] = ()

    @classmethod
    def of(cls, incident: Incident, co_units: Iterable[UUID]) -> Self:
        lead = {incident.lead_unit_id} if incident.lead_unit_id else set()
        units = frozenset(lead | set(co_units))
        return cls(
            due_at=incident.due_at,
            severity=incident.severity,
            verifier_unit=incident.verifier_unit_id,
            units=units,
            platform_unit=incident.platform_unit_id,
            place_text=incident.place_text,
            areas=areas_of(incident),
        )


def areas_of(incident: Incident) -> tuple[UUID | None, ...]:
    return incident.area_id, incident.village_id, incident.township_id


@dataclass(frozen=True)
class Step:
    """`incident` is as it is afterwards, but for the effects; `before` is what it was."""

    incident: Incident
    decision: Decision
    by: Actor
    at: datetime
    before: Before
    batch: Batch
    rule: Rule | None = None  # whose suggestion it takes

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        return {str(name): value for name, value in self.decision.fields.items()}
