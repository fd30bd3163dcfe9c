"""Every generated step put before the engine as if somebody took it now."""

from datetime import UTC, datetime

import pytest

from linli.access.roles import ROLES
from linli.accounts.enums import Role
from linli.calendars import Duration
from linli.calendars.default import default_document
from linli.flows.demo import PlannedIncident, PlannedStep, generate
from linli.flows.demo.course import shipped_process
from linli.incidents.data.categories import shipped_categories
from linli.incidents.enums import VERIFICATION_AT_LEAST, VerificationKind
from linli.processes import ActorFacts, CaseFacts, Platform, Refused, decide

UNTIL = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
CALENDAR = default_document("Asia/Shanghai").calendar()
TREE = shipped_categories()
LEAVES = {leaf.code: leaf for leaf in TREE.leaves()}


def beginning(incident: PlannedIncident) -> CaseFacts:
    leaf = LEAVES[incident.category]
    kinds = VERIFICATION_AT_LEAST[VerificationKind(incident.verification)]
    return CaseFacts(
        severity=incident.severity,
        platform=Platform(incident.platform),
        reporter=incident.steps[0].actor,
        durations={"handle": Duration.parse(TREE.times(leaf)[incident.severity])},
        allowed={"verification_kind": frozenset(map(str, kinds))},
    )


def actor_of(step: PlannedStep) -> ActorFacts:
    platforms = set()
    if step.unit.endswith("-platform") and step.actor_role == Role.TOWNSHIP_OPERATOR:
        platforms = {Platform.TOWNSHIP}
    if step.unit.endswith("-centre"):
        platforms = {Platform.COUNTY}
    rights = ROLES[Role(step.actor_role)].permissions
    return ActorFacts(
        step.actor, frozenset(map(str, rights)), frozenset({step.unit}), frozenset(platforms)
    )


def supplied(step: PlannedStep) -> dict[str, object]:
    fields = shipped_process().transitions[step.transition_key].fields
    given: dict[str, object] = dict(step.fields)
    for word in ("reason", "result", "text"):
        if word in fields and word not in given and (step.reason or word == "text"):
            given[word] = step.reason or "见上报内容"
            break
    if "evidence" in given:
        given["evidence"] = [f"photo-{n}" for n in range(int(step.fields["evidence"]))]
    if "co_units" in given:
        given["co_units"] = [step.fields["co_units"]]
    return given


def refusals(incident: PlannedIncident) -> list[str]:
    """Steps that the engine would have refused, as `transition: code`."""
    case, found = beginning(incident), []
    for step in incident.steps:
        try:
            decision = decide(shipped_process(), case, actor_of(step), step.transition_key,
                              supplied(step), now=step.at, calendar=CALENDAR)  # fmt: skip
        except Refused as refused:
            return [*found, f"{step.transition_key}: {refused.code} {refused.params}"]
        case = decision.case
        if case.state != step.state:
            found.append(f"{step.transition_key}: {case.state} instead of {step.state}")
    return found


@pytest.mark.parametrize("seed", [20151123, 2])
def test_the_engine_would_have_let_every_step_be_taken(seed: int) -> None:
    plan = generate(UNTIL, count=3000, seed=seed)
    refused = {one.index: found for one in plan.incidents if (found := refusals(one))}
    assert refused == {}
