"""Generated from the definition: every step in every state by everybody, allowed and forbidden."""

from datetime import timedelta

import pytest

from linli.calendars import Clock, Duration
from linli.processes import (
    ActorFacts,
    CaseFacts,
    Effect,
    Field,
    Platform,
    Progress,
    Refused,
    Transition,
    available,
    decide,
)
from linli.processes.facts import Counts, Stopped
from linli.processes.vocabulary import Relation

from .support import NOW, calendar, incident

STATES = ("", *incident().states)
STEPS = tuple(incident().transitions.values())
VALUES: dict[Field, object] = {
    Field.REVIEW_DATE: "2026-11-30",
    Field.EXTRA_TIME: "1 working day",
    Field.EVIDENCE: ["photo"],
    Field.SEVERITY: "general",
    Field.CONDITION: "weather",
}
RUNNING = Clock.start(NOW, Duration.parse("7 working days"))


def case_for(step: Transition, state: str) -> CaseFacts:
    """A case on which nothing but the state can speak against the step."""
    limits = step.limits
    earlier = {name: times.min for name, times in limits.after.items() if times.min}
    waited = timedelta(days=60) if limits.wait else timedelta(0)
    return CaseFacts(
        state=state,
        severity="general",
        platform=step.held_by or Platform.TOWNSHIP,
        lead_unit="U-lead",
        co_units=frozenset({"U-co"}),
        reporter="reporter",
        progress=Progress(
            counts=Counts(earlier, earlier),
            clocks={
                name: RUNNING
                for name in ("handle", "rework")
                if state in incident().clocks[name].runs_in
            },
            entered_at=NOW - waited,
            stopped=_stopped(step),
        ),
    )


def _stopped(step: Transition) -> Stopped | None:
    if Effect.START_CLOCKS not in step.effects:
        return None
    return Stopped("weather", since=NOW - timedelta(days=1), until=NOW + timedelta(days=1))


def entitled(step: Transition, way: int = 0) -> ActorFacts:
    """Somebody who fits one of the step's ways to be entitled."""
    by = step.by[way]
    relations = set(by.relation)
    units = {Relation.LEAD_UNIT: "U-lead", Relation.CO_HANDLER: "U-co"}
    held_by = step.held_by or Platform.TOWNSHIP
    platforms = {Relation.PLATFORM: held_by, Relation.COUNTY: Platform.COUNTY}
    return ActorFacts(
        user="reporter" if Relation.REPORTER in relations else "somebody",
        permissions=frozenset({by.permission}),
        units=frozenset(unit for relation, unit in units.items() if relation in relations),
        platforms=frozenset(one for relation, one in platforms.items() if relation in relations),
    )


def filled(step: Transition) -> dict[str, object]:
    return {
        name: VALUES.get(name, step.choices.get(name, ("something",))[0]) for name in step.required
    }


def attempt(step: Transition, case: CaseFacts, who: ActorFacts) -> str:
    """The new state, or the code of the refusal."""
    try:
        decision = decide(
            incident(), case, who, step.key, filled(step), now=NOW, calendar=calendar()
        )
    except Refused as refused:
        return refused.code
    return decision.state


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
@pytest.mark.parametrize("state", STATES)
def test_a_step_is_possible_in_its_own_states_only(step: Transition, state: str) -> None:
    case, sources = case_for(step, state), step.sources or ("",)
    for way in range(len(step.by)):
        found = attempt(step, case, entitled(step, way))
        assert found == ((step.to or state) if state in sources else "wrong_state")
    offered = {
        offer.transition.key
        for offer in available(incident(), case, entitled(step), now=NOW, calendar=calendar())
        if offer.allowed
    }
    assert (step.key in offered) is (state in sources)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_a_step_needs_its_permission_and_each_relation(step: Transition) -> None:
    case = case_for(step, (step.sources or ("",))[0])
    related = {relation for by in step.by for relation in by.relation}
    refusals = {
        "handled_yourself" if relation is Relation.NOT_HANDLER else f"not_{relation}"
        for relation in related
    }
    for way, by in enumerate(step.by):
        fitting = entitled(step, way)
        assert attempt(step, case, fitting._replace(permissions=frozenset())) == "no_permission"
        for relation in by.relation:
            assert attempt(step, case, _without(fitting, relation)) in refusals


def _without(who: ActorFacts, relation: Relation) -> ActorFacts:
    if relation in {Relation.PLATFORM, Relation.COUNTY}:
        return who._replace(platforms=frozenset())
    if relation is Relation.REPORTER:
        return who._replace(user="somebody")
    if relation is Relation.NOT_HANDLER:
        return who._replace(units=who.units | {"U-lead"})
    return who._replace(units=frozenset())


@pytest.mark.parametrize(
    "step", [step for step in STEPS if step.required], ids=lambda step: step.key
)
def test_a_required_field_is_required(step: Transition) -> None:
    case = case_for(step, (step.sources or ("",))[0])
    for missing in step.required:
        given = {name: value for name, value in filled(step).items() if name != missing}
        with pytest.raises(Refused) as caught:
            decide(incident(), case, entitled(step), step.key, given, now=NOW, calendar=calendar())
        assert (caught.value.code, caught.value.field) == ("field_required", missing)


@pytest.mark.parametrize(
    "step", [step for step in STEPS if step.limits.times], ids=lambda step: step.key
)
def test_a_limited_step_is_refused_once_it_is_used_up(step: Transition) -> None:
    case = case_for(step, step.sources[0])
    taken = {**case.progress.counts.case, step.key: step.limits.times or 0}
    used = case._replace(progress=case.progress._replace(counts=Counts(taken, taken)))
    assert attempt(step, used, entitled(step)) == "taken_already"


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_a_barred_severity_and_the_wrong_platform_are_refused(step: Transition) -> None:
    case = case_for(step, (step.sources or ("",))[0])
    for severity in step.barred_severities:
        assert attempt(step, case._replace(severity=severity), entitled(step)) == (
            "severity_barred"
        )
    if step.held_by is not None:
        other = next(one for one in Platform if one is not step.held_by)
        everywhere = entitled(step)._replace(platforms=frozenset(Platform))
        assert attempt(step, case._replace(platform=other), everywhere) == "wrong_platform"
