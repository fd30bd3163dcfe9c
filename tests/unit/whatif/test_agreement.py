"""The columns say of every clock what the engine said case by case."""

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.calendars.timeline import micros
from linli.processes import ClockAction
from linli.whatif.applying import WHOLE, apply, suggest
from linli.whatif.histories import NONE
from tests.examples import examples
from tests.unit.processes.support import calendar

from .support import CENTRE, collect, side, walks


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(0, 10**9))
def test_runs_and_deadlines_agree_with_the_engine(seed):
    told = walks(seed, 12)
    histories = collect(told)
    here = side()
    applied = apply(histories, here, suggest(histories, here), histories.lead, centre=CENTRE)
    decisions = [one for walk in told for one in walk.decisions]
    for name, timed in applied.clocks.items():
        if name == WHOLE:
            continue
        started = [
            number
            for number, decision in enumerate(decisions)
            if any(c.clock == name and c.action is ClockAction.START for c in decision.clocks)
        ]
        assert timed.runs.start.tolist() == started
        for last, due in zip(timed.runs.last.tolist(), timed.due.tolist(), strict=True):
            said = decisions[last].dues.get(name)
            if said is not None:
                assert due == micros(said), (name, decisions[last].transition.key)
            else:  # it stands still
                assert due == _once_it_goes_on(decisions[last], name)


@settings(max_examples=examples(30), deadline=None)
@given(st.integers(0, 10**9))
def test_a_run_ends_where_the_engine_stopped_or_restarted_the_clock(seed):
    told = walks(seed, 8)
    histories = collect(told)
    here = side()
    applied = apply(histories, here, suggest(histories, here), histories.lead, centre=CENTRE)
    decisions = [one for walk in told for one in walk.decisions]
    for name, timed in applied.clocks.items():
        if name == WHOLE:
            continue
        for end, last in zip(timed.runs.end.tolist(), timed.runs.last.tolist(), strict=True):
            assert name in decisions[last].case.progress.clocks
            if end != NONE:
                actions = {c.action for c in decisions[end].clocks if c.clock == name}
                assert actions & {ClockAction.STOP, ClockAction.START}


def _once_it_goes_on(decision, name):
    progress = decision.case.progress
    clock, stopped = progress.clocks[name], progress.stopped
    assert clock.paused
    if stopped is None:
        return NONE
    return micros(clock.resume(stopped.until).due(calendar()))
