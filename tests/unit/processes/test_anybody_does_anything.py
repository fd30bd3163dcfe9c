"""Random people take random steps: whatever they do, the rules that no county can change hold."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linli.processes import (
    ActorFacts,
    CaseFacts,
    EventFacts,
    Platform,
    Progress,
    available,
    decide,
    replay,
)
from linli.processes.vocabulary import Owner, StateKind

from .support import NOW, PEOPLE, calendar, incident
from .test_every_transition import filled


class Incident(RuleBasedStateMachine):
    """One case; `events` is its stored history."""

    @initialize(severity=st.sampled_from(list(incident().severities)))
    def begin(self, severity: str) -> None:
        self.case = CaseFacts(severity=severity, reporter="worker")
        self.now = NOW
        self.events: list[EventFacts] = []

    @rule(
        who=st.sampled_from(PEOPLE),
        wait=st.timedeltas(timedelta(0), timedelta(days=6)),
        pick=st.integers(0, 99),
        units=st.permutations(["U-roads", "U-water"]),
    )
    def act(self, who: ActorFacts, wait: timedelta, pick: int, units: list[str]) -> None:
        self.now += wait
        offers = available(incident(), self.case, who, now=self.now, calendar=calendar())
        allowed = [offer.transition for offer in offers if offer.allowed]
        if not allowed:
            return
        step = allowed[pick % len(allowed)]
        fields: dict[Any, object] = filled(step)
        if "unit" in fields:
            fields |= {"unit": units[0], "co_units": units[1:]}
        if "review_date" in fields:
            fields["review_date"] = self.now.date() + timedelta(days=20)
        if "severity" in step.fields:
            fields["severity"] = self.case.severity
        decision = decide(
            incident(), self.case, who, step.key, fields, now=self.now, calendar=calendar()
        )
        if step.verifies:
            assert who.user not in self.case.handlers
        self.case = decision.case
        unit = self.case.lead_unit if self.case.lead_unit in who.units else ""
        self.events.append(
            EventFacts(step.key, decision.state, self.now, who.user, unit or "", self.case.severity)
        )

    @invariant()
    def an_open_case_has_an_owner_and_a_deadline(self) -> None:
        if not self.case.state:
            return
        state = incident().states[self.case.state]
        if state.kind is StateKind.FINAL:
            assert not self.case.progress.clocks
            return
        assert state.clock is not None
        clock = self.case.progress.clocks[state.clock]
        due = clock.due(calendar())
        assert due is not None
        assert due > clock.started_at
        assert state.owner is not Owner.LEAD_UNIT or self.case.lead_unit

    @invariant()
    def closed_rests_on_a_verification(self) -> None:
        if self.case.state == "closed":
            closing = next(one for one in reversed(self.events) if _closes(one))
            assert incident().transitions[closing.transition].verifies

    @invariant()
    def the_history_replays_without_violation(self) -> None:
        assert replay(incident(), self.events) == []

    @invariant()
    def the_engines_memory_survives_storage(self) -> None:
        progress = self.case.progress
        assert Progress.from_json(progress.to_json()) == progress
        assert self.case.platform in Platform


def _closes(event: EventFacts) -> bool:
    return incident().transitions[event.transition].to == "closed"


Incident.TestCase.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
TestAnybodyDoesAnything = Incident.TestCase
