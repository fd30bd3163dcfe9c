import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from linli.access.actor import Actor
from linli.accounts.enums import Role
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.filters import Filter, condition
from linli.incidents.models import Incident, IncidentTask
from linli.incidents.paging import Count, Cursor, count, page
from linli.incidents.queries import visible_to
from linli.incidents.rules import Invalid
from tests.factories.county import Small, small_county


@pytest.fixture
def small(county) -> Small:
    return small_county()


def _report(small: Small, by: Actor, text: str, *, ago: int = 0) -> Incident:
    draft = Draft(
        text=text,
        category_id=small.category().pk,
        source="call",
        spot=Spot(area_id=small.grid.pk),
    )
    return report(draft, by=by, at=timezone.now() - timedelta(hours=ago))


@pytest.fixture
def ten(small) -> list[Incident]:
    worker = small.worker()
    return [_report(small, worker, f"第{n}号路灯不亮", ago=n) for n in range(10)]


def test_pages_follow_each_other_without_gap_or_repetition(small, ten):
    actor, seen, after = small.dispatcher(), [], None
    while True:
        part = page(actor, Filter(), after=after, size=3)
        seen += [row.pk for row in part.rows]
        after = part.next
        if after is None:
            break
        after = Cursor.decode(after.encode())
    assert seen == [incident.pk for incident in ten]


@pytest.mark.parametrize("text", ["", "x", "bm9uZQ", "W10", "WyIyMDI2LTAxLTAxIiwgInkiXQ"])
def test_a_broken_cursor_is_refused(text):
    with pytest.raises(Invalid):
        Cursor.decode(text)


def test_every_scope_sees_its_own_in_order(small, ten):
    operator = small.township_operator()
    handler = small.handler()
    expected = [incident.pk for incident in ten]
    assert [row.pk for row in page(operator, Filter()).rows] == expected
    assert page(handler, Filter()).rows == []
    for incident in ten[3:5]:
        taken = take_step(incident.pk, "accept", {}, version=None, by=operator)
        take_step(taken.pk, "dispatch", {"unit": str(small.water.pk)}, version=None, by=operator)
    assert [row.pk for row in page(handler, Filter()).rows] == expected[3:5]
    assert count(handler, Filter()) == Count(2)
    village = small.staff(Role.VILLAGE_OPERATOR, unit=small.village_office, area=small.village)
    assert len(page(village, Filter()).rows) == 10


def test_counts_from_counters_equal_counted_rows(small, ten):
    operator = small.township_operator()
    take_step(ten[0].pk, "accept", {}, version=None, by=operator)
    for wanted in (Filter(), Filter(group="open"), Filter(states=("accepted",))):
        assert count(small.dispatcher(), wanted) == count(operator, wanted)
    wanted = Filter(township=small.township.pk, states=("reported",))
    assert count(small.dispatcher(), wanted) == Count(9)
    assert count(small.dispatcher(), Filter(group="closed")) == Count(0)
    nothing = Filter(group="open", states=("closed",))
    for actor in (small.dispatcher(), small.township_operator(), small.handler()):
        assert count(actor, nothing) == Count(0)
        assert page(actor, nothing).rows == []


def test_a_search_finds_words_single_characters_and_numbers(small, ten):
    actor = small.dispatcher()
    assert len(page(actor, Filter(text="路灯")).rows) == 10
    assert len(page(actor, Filter(text="灯")).rows) == 10
    assert [row.pk for row in page(actor, Filter(text="7号路灯")).rows] == [ten[7].pk]
    assert page(actor, Filter(text="井盖")).rows == []
    assert [row.pk for row in page(actor, Filter(text=ten[2].number)).rows] == [ten[2].pk]


def test_a_common_and_a_rare_word_are_both_found_with_filters_and_scope(small, ten):
    rare = _report(small, small.worker(), "井盖丢失", ago=20)
    for actor in (small.dispatcher(), small.township_operator()):
        found = page(actor, Filter(text="井盖", group="open")).rows
        assert [row.pk for row in found] == [rare.pk]
        first = page(actor, Filter(text="路灯"), size=4)
        second = page(actor, Filter(text="路灯"), after=first.next, size=20)
        assert [row.pk for row in first.rows + second.rows] == [one.pk for one in ten]
    assert page(small.handler(), Filter(text="井盖")).rows == []


@pytest.mark.parametrize("text", ["' OR 1=1 --", "路灯'&|!()<->:*", "\\", "   ", "!!!"])
def test_nothing_typed_breaks_a_search(small, ten, text):
    page(small.dispatcher(), Filter(text=text))


def test_every_scope_is_counted_as_a_plain_recount_would(small, ten):
    operator, handler = small.township_operator(), small.handler()
    for incident in ten[3:6]:
        taken = take_step(incident.pk, "accept", {}, version=None, by=operator)
        take_step(taken.pk, "dispatch", {"unit": str(small.water.pk)}, version=None, by=operator)
    twice = take_step(ten[3].pk, "recall", {"reason": "派错了"}, version=None, by=operator)
    take_step(twice.pk, "dispatch", {"unit": str(small.water.pk)}, version=None, by=operator)
    _report(small, handler, "处置途中看到的")
    own = _report(small, handler, "自己上报，又派给本单位")
    take_step(own.pk, "accept", {}, version=None, by=operator)
    take_step(own.pk, "dispatch", {"unit": str(small.water.pk)}, version=None, by=operator)
    assert IncidentTask.objects.filter(incident=twice, unit=small.water).count() == 2
    assert count(handler, Filter()) == Count(5)
    head = small.staff(Role.UNIT_HEAD, unit=small.water, area=small.village)
    actors = [operator, handler, head, small.worker(), small.dispatcher()]
    actors.append(small.staff(Role.TOWNSHIP_OPERATOR, unit=small.water, area=small.township))
    wanted = [Filter(), Filter(group="open"), Filter(states=("accepted", "dispatched"))]
    wanted += [
        Filter(group="closed"),
        Filter(unit=small.water.pk),
        Filter(township=small.township.pk),
        Filter(overdue=True),
    ]
    for actor in actors:
        for one in wanted:
            rows = visible_to(actor).filter(condition(one, now=timezone.now()))
            assert count(actor, one) == Count(rows.count()), (actor.label, one)


def test_days_of_a_filter_bound_the_index_of_time(small, ten):
    """The last day counts to its end; a day that the calendar ends with is no fault."""
    today = timezone.localdate()
    wanted = Filter(opened_from=today, opened_to=today)
    rows = visible_to(small.dispatcher()).filter(condition(wanted, now=timezone.now()))
    expected = [one.pk for one in ten if timezone.localdate(one.opened_at) == today]
    assert list(rows.order_by("-opened_at").values_list("pk", flat=True)) == expected
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # among ten rows any other index is as good
    plan = rows.order_by("-opened_at", "-id")[:50].explain()
    (bounds,) = re.findall(r"Index Cond: .*", plan)
    assert "opened_at >=" in bounds
    assert "opened_at <" in bounds
    for first, last in ((date.min, date.max), (None, date.max), (date.min, None)):
        everything = condition(Filter(opened_from=first, opened_to=last), now=timezone.now())
        assert visible_to(small.dispatcher()).filter(everything).count() == len(ten)
