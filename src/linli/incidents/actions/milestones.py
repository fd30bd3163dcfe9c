"""The times and marks that lists and figures need, and the tasks that a step signs for or ends."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from linli.access.actor import Actor
from linli.database.batch import Batch
from linli.incidents.actions.tasks import finish_task, release, sign_task
from linli.incidents.enums import FINAL_STATES, State
from linli.incidents.meaning import STAMPS, Milestone, milestones
from linli.incidents.models import Incident
from linli.processes import Decision


def mark_milestones(
    incident: Incident,
    decision: Decision,
    fields: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    due_before: datetime | None,
    batch: Batch,
) -> None:
    """Set what follows from the step alone; `due_before` is the deadline that stood until now."""
    reached = milestones(decision)
    stamp(incident, reached, at=at)
    if Milestone.SIGNED in reached:
        sign_task(incident, by=by, at=at, batch=batch)
    if reached & {Milestone.HANDED_IN, Milestone.CO_RESULT}:
        lead = Milestone.HANDED_IN in reached
        result = str(fields.get("result", ""))
        finish_task(incident, by=by, at=at, result=result, lead=lead, batch=batch)
    incident.review_on = review_day(incident, decision, fields)
    if decision.state == State.AWAITING_VERIFICATION != decision.state_before:
        in_time = due_before is None or at <= due_before
        incident.on_time = in_time and incident.on_time is not False
    _open_or_close(incident, decision, fields, at=at, batch=batch)


def review_day(incident: Incident, decision: Decision, fields: Mapping[str, Any]) -> date | None:
    """The day that a step sets; it ends with the state that it was set for."""
    if isinstance(review := fields.get("review_date"), date):
        return review
    return incident.review_on if decision.state == decision.state_before else None


def stamp(incident: Incident, reached: Collection[Milestone], *, at: datetime) -> None:
    """The times and marks on the incident itself."""
    for milestone in reached:
        if milestone in STAMPS:
            setattr(incident, STAMPS[milestone], at)
    if Milestone.RULED in reached:
        incident.ruling_binds = True


def _open_or_close(
    incident: Incident,
    decision: Decision,
    fields: Mapping[str, Any],
    *,
    at: datetime,
    batch: Batch,
) -> None:
    was_final = decision.state_before in FINAL_STATES
    is_final = decision.state in FINAL_STATES
    if is_final and not was_final:
        incident.closed_at = max(at, incident.opened_at)
        incident.outcome = str(fields.get("outcome", ""))
        release(incident, at=at, batch=batch)
    elif was_final and not is_final:
        incident.closed_at, incident.outcome, incident.on_time = None, "", None
