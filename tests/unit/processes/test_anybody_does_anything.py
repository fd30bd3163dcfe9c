"""Random people take random steps of random definitions: whatever they do, the rules that no
county can change hold.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from linli.processes import (
    ActorFacts,
    CaseFacts,
    EventFacts,
    Field,
    Platform,
    Progress,
    Transition,
    available,
    decide,
    replay,
)
from linli.processes.vocabulary import Owner, StateKind
from tests.examples import examples

from .random_definitions import random_definition
from .support import NOW, PEOPLE, calendar
from .test_every_transition import filled


class Incident(RuleBasedStateMachine):
    """One case under a definition of chance; `events` is its stored history."""

    taken = 0  # steps of all walks so far

    @initialize(seed=st.integers(0, 400), pick=st.integers(0, 9))
    def begin(self, seed: int, pick: int) -> None:
        self.definition = random_definition(seed)
        self.now = NOW
        self._report(pick)

    def _report(self, pick: int) -> None:
        severities = list(self.definition.severities)
        self.case = CaseFacts(severity=severities[pick % len(severities)], reporter="worker")
        self.due: object = None
        self.events: list[EventFacts] = []
        self.had: frozenset[str] = frozenset()  # clocks before the last step

    @rule(
        who=st.sampled_from(PEOPLE),
        wait=st.timedeltas(timedelta(0), timedelta(days=6)),
        pick=st.integers(0, 99),
        units=st.permutations(["U-roads", "U-water"]),
    )
    def act(self, who: ActorFacts, wait: timedelta, pick: int, units: list[str]) -> None:
        self.now += wait
        definition = self.definition
        first = PEOPLE.index(who)
        found = self._onward([*PEOPLE[first:], *PEOPLE[:first]], remark=pick % 5 == 0)
        if found is None:  # it is over, and nobody reopens it: the next case
            self._report(pick)
            return
        who, steps = found
        step = steps[pick % len(steps)]
        fields = self._fields(step, units)
        decision = decide(
            definition, self.case, who, step.key, fields, now=self.now, calendar=calendar()
        )
        if step.verifies:
            assert who.user not in self.case.handlers
        Incident.taken += 1
        self.had = frozenset(self.case.progress.clocks)
        self.case, self.due = decision.case, decision.due_at
        unit = self.case.lead_unit if self.case.lead_unit in who.units else ""
        self.events.append(
            EventFacts(step.key, decision.state, self.now, who.user, unit or "", self.case.severity)
        )

    def _onward(
        self, people: list[ActorFacts], *, remark: bool
    ) -> tuple[ActorFacts, list[Transition]] | None:
        """The first of these people who can do something; but for a `remark`, what leads on.

        Left to chance, nine steps of ten are remarks on what was merged or withdrawn at once.
        """
        ending = None
        for who in people:
            offers = available(self.definition, self.case, who, now=self.now, calendar=calendar())
            allowed = [
                offer.transition
                for offer in offers
                if offer.allowed and self._something_to_stop(offer.transition)
            ]
            onward = [one for one in allowed if self._leads_on(one)]
            if steps := (allowed if remark else onward):
                return who, steps
            if moving := [one for one in allowed if one.to]:
                ending = ending or (who, moving)
        return ending

    def _leads_on(self, step: Transition) -> bool:
        if step.to is None:
            return False
        ends = self.definition.states[step.to].kind is StateKind.FINAL
        return not ends or (step.verifies and self.case.state != "")

    def _running(self) -> set[str]:
        return {name for name, one in self.case.progress.clocks.items() if not one.paused}

    def _something_to_stop(self, step: Transition) -> bool:
        return Field.CONDITION not in step.required or self._condition() is not None

    def _condition(self) -> str | None:
        stops = self.definition.stop_clocks.items()
        return next((name for name, stop in stops if self._running() & set(stop.clocks)), None)

    def _fields(self, step: Transition, units: list[str]) -> dict[Any, object]:
        fields: dict[Any, object] = filled(step)
        if "unit" in fields:
            fields |= {"unit": units[0]}
        if "co_units" in step.fields:
            fields |= {"co_units": units[1:]}
        if "review_date" in fields:
            fields["review_date"] = self.now.date() + timedelta(days=20)
        if "severity" in step.fields:
            fields["severity"] = self.case.severity
        if "condition" in fields:
            fields["condition"] = self._condition()
        return fields

    @invariant()
    def an_open_case_has_an_owner_and_a_deadline(self) -> None:
        if not self.case.state:
            return
        state = self.definition.states[self.case.state]
        if state.kind is StateKind.FINAL:
            assert not self._running()
            return
        assert self.due is not None
        assert state.owner is not Owner.NOBODY
        assert state.owner is not Owner.LEAD_UNIT or self.case.lead_unit

    @invariant()
    def no_clock_is_lost_and_none_runs_where_it_should_not(self) -> None:
        clocks = self.case.progress.clocks
        for name, spec in self.definition.clocks.items() if self.case.state else ():
            if self.case.state in spec.runs_in:
                assert name in clocks
                assert self.case.progress.stopped or not clocks[name].paused
            elif self.case.state in spec.paused_in:
                assert name in clocks or name not in self.had
                assert name not in clocks or clocks[name].paused
            else:
                assert name not in clocks

    @invariant()
    def closed_rests_on_a_verification_by_somebody_else(self) -> None:
        if self.case.state != "closed":
            return
        closing = next(one for one in reversed(self.events) if self._closes(one))
        assert self.definition.transitions[closing.transition].verifies
        before = self.events[: self.events.index(closing)]
        handled = {
            one.actor for one in before if self.definition.transitions[one.transition].handles
        }
        assert closing.actor not in handled

    @invariant()
    def the_history_replays_without_violation(self) -> None:
        assert replay(self.definition, self.events) == []

    @invariant()
    def the_engines_memory_survives_storage(self) -> None:
        progress = self.case.progress
        assert Progress.from_json(progress.to_json()) == progress
        assert self.case.platform in Platform

    def _closes(self, event: EventFacts) -> bool:
        return self.definition.transitions[event.transition].to == "closed"


Incident.TestCase.settings = settings(
    max_examples=examples(40), stateful_step_count=50, deadline=None
)
TestAnybodyDoesAnything = Incident.TestCase


@pytest.mark.slow
def test_ten_thousand_steps_break_no_rule() -> None:
    before = Incident.taken
    lives = settings(max_examples=40, stateful_step_count=100, deadline=None)
    while Incident.taken - before < 10_000:
        run_state_machine_as_test(Incident, settings=lives)


def test_the_definitions_of_chance_differ_much() -> None:
    found = [random_definition(seed) for seed in range(1, 60)]
    steps = {key for one in found for key in one.transitions}
    assert {len(one.states) for one in found} > {15}
    assert any(key.startswith("added_") for key in steps)
    assert len({one.model_dump_json() for one in found}) > 55
