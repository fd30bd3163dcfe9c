"""One step of an incident through its process: judged by the definition, carried out, recorded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from linli.access.actor import Actor
from linli.attachments import actions as attachments
from linli.casework.definitions import calendars, process
from linli.counties.locking import lock, row_of
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.database.pipeline import Call, exchange
from linli.incidents import references
from linli.incidents.actions.correcting import corrected_durations, corrects
from linli.incidents.actions.effects import carry_out
from linli.incidents.actions.record import SUBJECT, audited, cell, count, decision_data, event
from linli.incidents.actions.relocating import touched_townships
from linli.incidents.actions.report import PROCESS
from linli.incidents.actions.rows import store
from linli.incidents.actions.taken import Before, Step
from linli.incidents.enums import BY_THE_CLOCK, FINAL_STATES, EventKind
from linli.incidents.facts import actor_facts, case_facts
from linli.incidents.ladder import stand
from linli.incidents.models import Incident, IncidentEvent
from linli.incidents.queries import entries, sees
from linli.incidents.routing import durations, rule_taken, suggest
from linli.incidents.rules import Invalid, happened_at
from linli.processes import Decision, Effect, Field, decide
from linli.processes.routing_table import Rule


class NotFound(Exception):  # noqa: N818 -- an answer: reads as "raises NotFound"
    """No such incident within the actor's sight."""


class Conflict(Exception):  # noqa: N818 -- an answer: reads as "raises Conflict"
    """Somebody else was faster: `incident` is as it is now, `since` the entries not yet seen."""

    def __init__(self, incident: Incident, since: list[IncidentEvent]) -> None:
        super().__init__(f"{incident.number} is at version {incident.version}")
        self.incident = incident
        self.since = since


def take_step(
    incident_id: UUID,
    step: str,
    fields: Mapping[str, object],
    *,
    version: int | None,
    by: Actor,
    at: datetime | None = None,
    late: str = "",
    batch: Batch | None = None,
) -> Incident:
    """Take one step.

    `version` is what the actor saw (None: whatever it is now), `at` when it was taken, `late` why
    it is recorded only now. Raises NotFound, Conflict, `processes.Refused` (with the field at
    fault) or Invalid; then nothing has been written. A caller who gives a `batch` sends it, with
    more of its own.
    """
    incident, co_units = _locked(incident_id, by)
    _check_version(incident, version)
    if step == EventKind.ADOPT_CLOSED and not incident.source_system:
        raise Invalid("source_reference", "not_taken_over")
    now = timezone.now()
    at = happened_at(at, now=now)
    rule = _rule_taken(incident, step, fields, at)
    decision = _decide(incident, step, fields, co_units, rule, by=by, at=at)
    evidence = _evidence(decision)
    attachments.lock_waiting(evidence, by=by)
    before, from_state = cell(incident), incident.state
    was = Before.of(incident, co_units)
    _apply(incident, decision)
    writing = batch or Batch()
    extra = carry_out(Step(incident, decision, by, at, was, writing, rule))
    count(before, incident, at=now, batch=writing)
    line = event(
        incident,
        kind=step,
        by=by,
        at=at,
        from_state=from_state,
        reason=_words(decision),
        data=decision_data(decision) | extra | ({"late": late} if late else {}),
    )
    writing.insert(line)
    attachments.adopt(evidence, subject=(SUBJECT, incident.pk), event_id=line.pk, batch=writing)
    store(incident, batch=writing, was=was)
    audited(incident, action=step, by=by, batch=writing)
    if batch is None:
        writing.send()
    return incident


def _locked(incident_id: UUID, by: Actor) -> tuple[Incident, list[UUID]]:
    """The case and the units that handle it beside the leading one."""
    co_units: Call = (_CO_UNITS, [current_county(), incident_id])
    case, units = exchange(lock(Incident, incident_id), co_units)
    incident = row_of(Incident, case)
    if incident is None or not sees(by, incident):
        raise NotFound(incident_id)
    return incident, [unit for (unit,) in units]


def _check_version(incident: Incident, version: int | None) -> None:
    if version is not None and version != incident.version:
        since = _since(incident, version)
        if overtaken(since):
            raise Conflict(incident, since)


def overtaken(since: Sequence[IncidentEvent]) -> bool:
    """Whether people were faster; what the clock wrote stands in nobody's way."""
    return not since or any(line.kind not in BY_THE_CLOCK for line in since)


def _since(incident: Incident, version: int) -> list[IncidentEvent]:
    return list(entries(incident).filter(case_version__gt=version))


_CO_UNITS = """
SELECT unit_id FROM incidents_incidenttask
WHERE county_id = %s AND incident_id = %s AND is_open AND NOT lead
"""


def _rule_taken(
    incident: Incident, step: str, fields: Mapping[str, object], at: datetime
) -> Rule | None:
    """The routing rule that a dispatch follows; None for any other step or unit."""
    transition = process(PROCESS, incident.process_version).transitions.get(step)
    if transition is None or Effect.ASSIGN not in transition.effects:
        return None
    return rule_taken(suggest(incident, at=at), transition, fields)


def _decide(
    incident: Incident,
    step: str,
    fields: Mapping[str, object],
    co_units: list[UUID],
    rule: Rule | None,
    *,
    by: Actor,
    at: datetime,
) -> Decision:
    definition = process(PROCESS, incident.process_version)
    category = references.category(incident.category_id)
    transition = definition.transitions.get(step)
    own = durations(rule, category, incident.severity)
    townships: tuple[UUID | None, ...] = ()
    if transition and corrects(transition):
        own = corrected_durations(incident, fields)
    if transition and Field.TOWNSHIP in transition.fields:
        townships = touched_townships(incident)
    return decide(
        definition,
        case_facts(incident, category, co_units, durations=own, townships=townships),
        actor_facts(by, incident),
        step,
        fields,
        now=at,
        calendar=calendars(incident.calendar_version),
    )


def _apply(incident: Incident, decision: Decision) -> None:
    """Take over what the decision says of the case itself."""
    case = decision.case
    another_deadline = (incident.state, incident.due_at) != (decision.state, decision.due_at)
    incident.version += 1
    incident.state = decision.state
    incident.severity = case.severity
    incident.platform = case.platform.value
    incident.lead_unit_id = _unit(case.lead_unit)
    incident.handler_ids = sorted(UUID(handler) for handler in case.handlers if handler)
    incident.progress = case.progress.to_json()
    incident.due_at = decision.due_at
    incident.is_open = incident.state not in FINAL_STATES
    stand(incident, taken=0 if another_deadline else incident.rungs_taken)


def _unit(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Invalid("unit", "unit_unknown") from error


def _words(decision: Decision) -> str:
    """The text that the timeline shows: a reason, a result or a remark, whichever was given."""
    given = {str(name): value for name, value in decision.fields.items()}
    return next((str(given[name]) for name in ("reason", "result", "text") if name in given), "")


def _evidence(decision: Decision) -> list[UUID]:
    named = next((v for k, v in decision.fields.items() if str(k) == "evidence"), ())
    try:
        return [UUID(str(one)) for one in named] if isinstance(named, tuple) else []
    except ValueError as error:
        raise Invalid("evidence", "attachment_unknown") from error
