"""A case as far as it is told, and what each step does to its row, its tasks, its evaluations.

What `incidents.actions` does with statements is done here on lists; a test takes the same steps
through the actions and compares every column.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.access.actor import Actor
from linli.counties.tenancy import new
from linli.flows.demo.plan import PlannedIncident, PlannedStep
from linli.incidents.actions.correcting import CLOCK
from linli.incidents.actions.milestones import review_day, stamp
from linli.incidents.actions.tasks import DONE, SIGNED, TAKEN_BACK
from linli.incidents.bulk import Row
from linli.incidents.enums import FINAL_STATES, State
from linli.incidents.meaning import Milestone, milestones
from linli.incidents.models import Evaluation, Incident, IncidentPlace, IncidentTask
from linli.processes import Decision
from linli.territory.places import Place


@dataclass(frozen=True)
class Case:
    """A planned incident with what it is given before its first step."""

    planned: PlannedIncident
    id: UUID
    number: str
    place: Place
    further: tuple[Place, ...] = ()


@dataclass(frozen=True)
class File:
    """A picture that came with a line of the timeline."""

    id: UUID
    incident_id: UUID
    event_id: UUID
    at: datetime
    by: UUID | None


@dataclass(frozen=True)
class Note:
    """What somebody should take notice of: a user, or whoever is first in a unit."""

    message: str
    at: datetime
    user: UUID | None = None
    unit: UUID | None = None


@dataclass
class Told:
    """A case with everything that its steps wrote; `events` has the columns of `bulk.EVENT`."""

    incident: Incident
    events: list[Row] = field(default_factory=list)
    tasks: list[IncidentTask] = field(default_factory=list)
    places: list[IncidentPlace] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Taken:
    """A step that the engine allowed, with what it changes of the case."""

    planned: PlannedStep
    actor: Actor
    decision: Decision
    fields: Mapping[str, Any]
    state_before: str
    due_before: datetime | None

    @property
    def key(self) -> str:
        return self.planned.transition_key

    @property
    def at(self) -> datetime:
        return self.planned.at


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def apply(incident: Incident, decision: Decision) -> None:
    case = decision.case
    incident.version += 1
    incident.state = decision.state
    incident.severity = case.severity
    incident.platform = case.platform.value
    incident.lead_unit_id = UUID(case.lead_unit) if case.lead_unit else None
    incident.handler_ids = sorted(UUID(handler) for handler in case.handlers if handler)
    incident.due_at = decision.due_at


def mark(told: Told, step: Taken) -> None:
    """Times, marks and tasks that follow from the step alone, as in `actions.milestones`."""
    incident, reached = told.incident, milestones(step.decision)
    stamp(incident, reached, at=step.at)
    _sign_or_finish(told, step, reached)
    incident.review_on = review_day(incident, step.decision, step.fields)
    if incident.state == State.AWAITING_VERIFICATION != step.state_before:
        in_time = step.due_before is None or step.at <= step.due_before
        incident.on_time = in_time and incident.on_time is not False
    _open_or_close(told, step)
    _move_tasks(told, step.decision)


def _move_tasks(told: Told, decision: Decision) -> None:
    """Open tasks have the handling deadline of the case."""
    if told.incident.lead_unit_id and any(one.clock == CLOCK for one in decision.clocks):
        for task in told.tasks:
            if task.is_open:
                task.due_at = decision.dues.get(CLOCK)


def _sign_or_finish(told: Told, step: Taken, reached: Collection[Milestone]) -> None:
    own = [task for task in told.tasks if task.is_open and task.unit_id in step.actor.units]
    for task in own if Milestone.SIGNED in reached else ():
        task.state, task.signed_at = SIGNED, step.at
    lead = Milestone.HANDED_IN in reached
    for task in own if lead or Milestone.CO_RESULT in reached else ():
        if task.lead == lead:
            task.state, task.is_open, task.done_at = DONE, False, step.at
            task.result = str(step.fields["result"])


def _open_or_close(told: Told, step: Taken) -> None:
    incident = told.incident
    was_final, is_final = step.state_before in FINAL_STATES, incident.state in FINAL_STATES
    if is_final and not was_final:
        incident.closed_at = max(step.at, incident.opened_at)
        incident.outcome = str(step.fields.get("outcome", ""))
        release(told, step.at)
    elif was_final and not is_final:
        incident.closed_at, incident.outcome, incident.on_time = None, "", None


def _extend(told: Told, step: Taken) -> None:
    for task in told.tasks:
        if task.is_open:
            task.due_at = step.decision.dues.get(CLOCK)


def evaluate(told: Told, step: Taken) -> None:
    incident = told.incident
    incident.solved = str(step.fields["solved"])
    incident.satisfied = str(step.fields.get("satisfied", ""))
    told.evaluations.append(
        new(
            Evaluation,
            incident_id=incident.pk,
            solved=incident.solved,
            satisfied=incident.satisfied,
            comment=str(step.fields.get("text") or step.fields.get("reason") or ""),
            at=step.at,
            recorded_by=step.actor.id,
        )
    )


def release(told: Told, at: datetime) -> None:
    for task in told.tasks:
        if task.is_open:
            task.is_open, task.state, task.done_at = False, TAKEN_BACK, at


def supervise(told: Told, _step: Taken) -> None:
    told.incident.supervised = True


def co_units(told: Told) -> frozenset[str]:
    return frozenset(str(task.unit_id) for task in told.tasks if task.is_open and not task.lead)
