"""What a step will lead to, asked of the engine itself before anybody takes it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from linli.access.actor import Actor
from linli.incidents.detail import Detail
from linli.incidents.facts import actor_facts, case_facts
from linli.incidents.routing import durations, rule_taken
from linli.processes import (
    CaseFacts,
    Decision,
    Refused,
    Transition,
    choices_of,
    decide,
    required_of,
)
from linli.processes.vocabulary import Field

ANY = "x"  # stands for whatever will be typed


def case_of(found: Detail) -> CaseFacts:
    """The incident of a page, as the engine sees it."""
    co_units = [task.unit_id for task in found.tasks if task.is_open and not task.lead]
    townships = [place.township_id for place in found.places]
    return case_facts(found.incident, found.category, co_units, townships=townships)


def consequence(found: Detail, step: Transition, *, by: Actor, now: datetime) -> Decision | None:
    """The decision that a step would be if its form were filled in; None where it is refused."""
    try:
        return check(found, step.key, _example(found, step, now), by=by, now=now)
    except Refused:
        return None


def check(
    found: Detail, step: str, fields: Mapping[str, Any], *, by: Actor, now: datetime
) -> Decision:
    """Try a step without taking it. Raises `processes.Refused` like the step itself."""
    transition = found.definition.transitions.get(step)
    rule = rule_taken(found.suggestion, transition, fields) if transition else None
    own = durations(rule, found.category, found.incident.severity)
    return decide(
        found.definition,
        case_of(found)._replace(durations=own),
        actor_facts(by, found.incident),
        step,
        fields,
        now=now,
        calendar=found.calendars,
    )


def _example(found: Detail, step: Transition, now: datetime) -> dict[str, Any]:
    """Something for every required field, so that the engine answers."""
    suggested = str(found.suggestion.unit.pk) if found.suggestion else ANY
    extensions = found.definition.extensions
    known: dict[Field, Any] = {
        Field.UNIT: suggested,
        Field.EVIDENCE: [ANY],
        Field.REVIEW_DATE: (now + timedelta(days=7)).date(),
        Field.EXTRA_TIME: extensions.at_most if extensions else ANY,
        Field.SEVERITY: found.incident.severity,
    }
    case = case_of(found)
    values: dict[str, Any] = {}
    for name in required_of(step, case):
        choices = choices_of(step, case, name)
        values[str(name)] = choices[0] if choices else known.get(name, ANY)
    return values
