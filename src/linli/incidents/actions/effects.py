"""What a step causes beside the new state: one small function an effect, and the milestones."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from linli.counties.tenancy import new
from linli.incidents import references
from linli.incidents.actions.correcting import move_tasks
from linli.incidents.actions.merging import merge_into
from linli.incidents.actions.milestones import mark_milestones
from linli.incidents.actions.placing import Spot, placed
from linli.incidents.actions.relocating import hold, lead_with, relocate
from linli.incidents.actions.sampling import draw_sample
from linli.incidents.actions.taken import Step
from linli.incidents.actions.tasks import assign, release
from linli.incidents.actions.telling import tell
from linli.incidents.actions.verifying import route_verification
from linli.incidents.models import Evaluation
from linli.incidents.rules import Invalid
from linli.processes import Effect

Extra = dict[str, Any]


def carry_out(step: Step) -> Extra:
    """Carry out the effects of a decision; returns what the timeline should add."""
    extra: Extra = {}
    for effect in step.decision.effects:
        handler = _HANDLERS.get(effect)
        if handler is not None:
            extra |= handler(step)
    mark_milestones(
        step.incident,
        step.decision,
        step.fields,
        by=step.by,
        at=step.at,
        due_before=step.before.due_at,
        batch=step.batch,
    )
    move_tasks(step.incident, step.decision, batch=step.batch)
    route_verification(step)
    tell(step)
    return extra


def _assign(step: Step) -> Extra:
    rule = {"rule": step.rule.key} if step.rule else {}
    return rule | assign(step.incident, step.fields, at=step.at, batch=step.batch)


def _unassign(step: Step) -> Extra:
    release(step.incident, at=step.at, batch=step.batch)
    return {}


def _to_county(step: Step) -> Extra:
    step.incident.platform_unit_id = references.platform_of(None).id
    return {}


def _to_township(step: Step) -> Extra:
    chosen = step.fields.get("township")
    if chosen:
        return {**lead_with(step.incident, UUID(chosen), batch=step.batch)}
    hold(step.incident, step.incident.township_id)
    return {}


def _set_category(step: Step) -> Extra:
    old = references.category(step.incident.category_id)
    category = references.active_category(
        _uuid("category", step.fields["category"], "category_unknown")
    )
    step.incident.category_id = category.pk
    step.incident.verification = category.verification
    due = step.before.due_at.isoformat() if step.before.due_at else None
    was = {"category": str(old.pk), "name": old.name, "severity": step.before.severity}
    return {"was": was | {"due_at": due}}


def _set_place(step: Step) -> Extra:
    given = step.fields["place"]
    if not isinstance(given, Mapping):
        raise Invalid("place", "place_required")
    area = given.get("area_id")
    spot = Spot(
        _degrees(given.get("longitude")),
        _degrees(given.get("latitude")),
        str(given.get("crs") or "wgs84"),
        _uuid("place", area, "area_unknown") if area else None,
    )
    place = placed(spot)
    if place.area_id is None:
        raise Invalid("place", "place_outside")
    was = {"area": str(step.incident.area_id or ""), "text": step.incident.place_text}
    step.incident.place_text = str(given.get("text") or step.incident.place_text)[:200]
    return {"was": was, **relocate(step.incident, place)}


def _degrees(value: object) -> float | None:
    """A coordinate as a form or a program sends it; its range is the locator's business."""
    if value is None or value == "":
        return None
    try:
        return float(str(value))
    except ValueError as error:
        raise Invalid("place", "place_required") from error


def _link_duplicate(step: Step) -> Extra:
    main_id = _uuid("duplicate_of", step.fields["duplicate_of"], "duplicate_unknown")
    return merge_into(step.incident, main_id, by=step.by, at=step.at, batch=step.batch)


def _record_evaluation(step: Step) -> Extra:
    step.incident.solved = str(step.fields["solved"])
    step.incident.satisfied = str(step.fields.get("satisfied", ""))
    comment = str(step.fields.get("text") or step.fields.get("reason") or "")
    evaluation = new(
        Evaluation,
        incident=step.incident,
        solved=step.incident.solved,
        satisfied=step.incident.satisfied,
        comment=comment,
        at=step.at,
        recorded_by=step.by.id,
    )
    step.batch.insert(evaluation)
    return {}


def _supervised(step: Step) -> Extra:
    step.incident.supervised = True
    return {}


def _draw_sample(step: Step) -> Extra:
    step.incident.sampled = draw_sample(step.incident)
    return {"sampled": step.incident.sampled}


_HANDLERS: Mapping[Effect, Callable[[Step], Extra]] = {
    Effect.ASSIGN: _assign,
    Effect.UNASSIGN: _unassign,
    Effect.MOVE_TO_COUNTY: _to_county,
    Effect.MOVE_TO_TOWNSHIP: _to_township,
    Effect.SET_CATEGORY: _set_category,
    Effect.SET_PLACE: _set_place,
    Effect.LINK_DUPLICATE: _link_duplicate,
    Effect.RECORD_EVALUATION: _record_evaluation,
    Effect.MARK_SUPERVISED: _supervised,
    Effect.DRAW_SAMPLE: _draw_sample,
}


def _uuid(field: str, value: object, code: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise Invalid(field, code) from error
