"""Who is told about a step, and has not looked yet: as `incidents.actions.telling` does it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from linli.counties.copying import copy_rows
from linli.flows.demo.told import Note, Taken, Told
from linli.incidents.actions.record import SUBJECT
from linli.incidents.bulk import columns_of
from linli.incidents.enums import FINAL_STATES
from linli.lib.ids import uuid7
from linli.notifications.models import Notice
from linli.processes import CaseFacts, Effect

COLUMNS = columns_of(Notice)


def tell(
    told: Told,
    step: Taken,
    before: CaseFacts,
    *,
    verifier_before: UUID | None,
    county: UUID | None,
    merged: Collection[UUID | None],
) -> None:
    """`merged` are the reporters of what was merged into the case, `county` its centre."""
    actor, knows = step.actor, set(step.actor.units)
    told.notes = [n for n in told.notes if n.user != actor.id and n.unit not in knows]
    for audience, unit in _units(told, step, before, verifier_before, county):
        if unit is not None and unit not in knows:
            knows.add(unit)
            told.notes.append(Note(f"{audience}.{step.key}", step.at, unit=unit))
    for user in _reporters(told, step, merged) - {None, actor.id}:
        told.notes.append(Note(f"reporter.{step.key}", step.at, user=user))


def _units(
    told: Told,
    step: Taken,
    before: CaseFacts,
    verifier_before: UUID | None,
    county: UUID | None,
) -> Iterator[tuple[str, UUID | None]]:
    incident = told.incident
    for effect in step.decision.effects:
        if effect is Effect.TELL_UNIT:
            yield from (("unit", unit) for unit in _at_work(before, step.decision.case))
        elif effect is Effect.TELL_PLATFORM:
            yield "platform", incident.platform_unit_id
        elif effect is Effect.TELL_COUNTY:
            yield "county", county
    if incident.verifier_unit_id != verifier_before:
        yield "verifier", incident.verifier_unit_id


def _at_work(before: CaseFacts, now: CaseFacts) -> list[UUID]:
    named = {*before.co_units, before.lead_unit, *now.co_units, now.lead_unit}
    return sorted(UUID(unit) for unit in named if unit)


def _reporters(told: Told, step: Taken, merged: Collection[UUID | None]) -> set[UUID | None]:
    if Effect.TELL_REPORTER not in step.decision.effects:
        return set()
    others = merged if step.decision.state in FINAL_STATES else ()
    return {told.incident.reporter_id, *others}


def post(told: Iterable[Told], *, since: datetime) -> int:
    """Write the notices that nobody has looked at; those before `since` count as read."""
    rows = (
        {
            "id": uuid7(),
            "user_id": note.user,
            "unit_id": note.unit,
            "subject_kind": SUBJECT,
            "subject_id": one.incident.pk,
            "subject_label": one.incident.number,
            "message": note.message,
            "params": "{}",
            "created_at": note.at,
            "read_at": None,
        }
        for one in told
        for note in one.notes
        if note.at >= since
    )
    return copy_rows(Notice, COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
