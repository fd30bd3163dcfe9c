"""Deadlines of a draft: as the engine gives them when the same steps are taken under the draft."""

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.calendars.timeline import instant_at, micros
from linli.processes import Progress, Refused, decide, load
from linli.whatif.applying import WHOLE
from linli.whatif.replaying import replay
from tests.examples import examples
from tests.unit.processes.support import PEOPLE, TEXT, calendar

from .support import CENTRE, Walk, collect, side, walks

# Times that limit no step, so that every history is allowed under the draft too.
DRAFT = TEXT.replace("general: 4 working hours", "general: 3 working days").replace(
    "general: 3 working days, considerable: 2 working days", "general: 30 hours, considerable: 9wh"
)


def _dues_under(definition, walk: Walk) -> list[dict[str, int]]:
    case = walk.decisions[0].case._replace(state="", progress=Progress(), handlers=frozenset())
    found = []
    for event, old in zip(walk.events, walk.decisions, strict=True):
        case = case._replace(durations=old.case.durations)
        fields = {str(name): value for name, value in old.fields.items()}
        decision = _by_somebody(definition, case, event, fields, old)
        case = decision.case
        found.append({name: micros(due) for name, due in decision.dues.items()})
    return found


def _by_somebody(definition, case, event, fields, old):
    for who in PEOPLE:
        try:
            found = decide(
                definition, case, who, event.kind, fields,
                now=instant_at(event.at), calendar=calendar(),
            )  # fmt: skip
        except Refused:
            continue
        # Who handled decides who may verify: the same person as in the first telling.
        if found.case.handlers == old.case.handlers:
            return found
    raise AssertionError(f"{event.kind} is not allowed under the draft")


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 10**9))
def test_a_drafts_deadlines_are_those_of_the_engine(seed):
    told, definition = walks(seed, 8), load(DRAFT)
    histories = collect(told)
    found = replay(histories, side(), side(definition), centre=CENTRE, horizon=2**60)
    expected = [dues for walk in told for dues in _dues_under(definition, walk)]
    compared = 0
    for name, timed in found.after.clocks.items():
        if name == WHOLE:
            continue
        for last, due in zip(timed.runs.last.tolist(), timed.due.tolist(), strict=True):
            if name in expected[last]:  # it does not stand still
                assert due == expected[last][name], (name, histories.numbers)
                compared += 1
    assert compared or not any(walk.events for walk in told)
