from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.lib.errors import InputError
from linli.territory.timeline import Span, at, cut_off, laid_over

DAY_ONE = date(2020, 1, 1)


def day(number: int) -> date:
    return DAY_ONE + timedelta(days=number)


@st.composite
def timelines(draw) -> list[Span]:
    """Versions one after another, with or without days between, the last perhaps open."""
    marks = sorted(draw(st.sets(st.integers(0, 60), max_size=8)))
    spans = [Span(uuid4(), day(a), day(b)) for a, b in pairwise(marks) if draw(st.booleans())]
    if marks and draw(st.booleans()):
        spans.append(Span(uuid4(), day(marks[-1]), None))
    return spans


@given(timelines(), st.integers(0, 70), st.none() | st.integers(0, 75))
def test_each_day_has_the_new_version_in_its_time_and_else_what_it_had(spans, start, end):
    try:
        after = laid_over(spans, day(start), None if end is None else day(end))
    except InputError:
        assume(False)
    new = next(span for span in after if span.key is None)
    for number in range(80):
        before, now = at(spans, day(number)), at(after, day(number))
        assert sum(span.holds(day(number)) for span in after) <= 1
        if new.holds(day(number)):
            assert now is new
        else:
            assert (before and before.key) == (now and now.key)


@given(timelines(), st.integers(0, 70))
def test_after_the_end_of_an_area_nothing_holds_and_before_it_everything_did(spans, end):
    after = cut_off(spans, day(end))
    for number in range(80):
        before, now = at(spans, day(number)), at(after, day(number))
        assert (now and now.key) == (before and before.key if number < end else None)


def test_an_open_version_ends_where_the_next_begins():
    later = Span(uuid4(), day(10), None)
    assert laid_over([later], day(3), None)[0] == Span(None, day(3), day(10))


def test_a_time_that_swallows_a_change_is_refused_with_its_day():
    with pytest.raises(InputError, match="2020-01-11"):
        laid_over([Span(uuid4(), day(10), None)], day(3), day(20))


def test_the_last_day_comes_after_the_first():
    with pytest.raises(InputError, match="must come after"):
        laid_over([], day(3), day(3))
