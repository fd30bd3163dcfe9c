"""On duty now, the rota of a unit, and who may change it."""

import re
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from linli.access.actor import system
from linli.accounts import actions
from linli.accounts.actions import ShiftFacts
from linli.accounts.enums import Role
from linli.accounts.models import DutyShift, Membership
from linli.database.context import county_context
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.factories.people import person, sign_in
from tests.web.incidents.conftest import draw

TODAY = timezone.localdate()


@pytest.fixture
def small(db) -> Small:
    with county_context(A):
        return small_county()


@pytest.fixture
def head(small) -> Client:
    return _client(person(A, "head", Role.UNIT_HEAD, unit=small.water))


@pytest.fixture
def reader(small) -> Client:
    return _client(person(A, "reader", Role.GRID_WORKER, area=small.grid))


@pytest.fixture
def shift(small) -> DutyShift:
    """Somebody called anna round the clock, with a deputy called bo."""
    users = [person(A, name, Role.UNIT_HANDLER, unit=small.water) for name in ("anna", "bo")]
    with county_context(A):
        anna, bo = (Membership.objects.get(user=user) for user in users)
        facts = ShiftFacts(
            starts=time(0), ends=time(0), officer=anna, deputy=bo,
            weekdays=tuple(range(7)), valid_from=TODAY - timedelta(days=30),
        )  # fmt: skip
        return actions.add_shift(unit=small.water, facts=facts, by=system())


def _client(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    sign_in(client, user)
    client.post("/language", {"language": "en"})
    return client


def _url(small, rest: str = "", county: str = A) -> str:
    return f"/{county}/duty/units/{small.water.pk}/{rest}"


def _text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def _given(**more) -> dict[str, object]:
    values = {"starts": "08:00", "ends": "20:00", "weekdays": ["0", "1"], "valid_from": TODAY}
    return {name: str(v) if not isinstance(v, list) else v for name, v in (values | more).items()}


def test_whoever_works_here_sees_who_is_on_duty(small, reader, shift):
    board = _text(reader.get(f"/{A}/duty/?kind=department"))
    assert "县水务局 anna" in board
    rota = _text(reader.get(_url(small)))
    assert "anna" in rota
    assert "Deputy bo" in rota
    assert "New shift" not in rota


def test_on_leave_the_deputy_is_named_with_the_reason(small, reader, shift):
    with county_context(A):
        Membership.objects.filter(pk=shift.officer_id).update(away_from=TODAY, away_to=TODAY)
    board = _text(reader.get(f"/{A}/duty/?kind=department"))
    assert re.search(r"bo \(\s*deputy", board)
    assert "anna is on leave" in board
    assert "anna → bo" in _text(reader.get(_url(small)))


def test_the_card_of_a_unit_and_of_a_grid_say_who_is_on_duty(small, reader, shift):
    assert "On duty now On duty anna" in _text(reader.get(f"/{A}/units/{small.water.pk}/"))
    with county_context(A):
        draw(small)
        DutyShift.objects.update(unit=small.platform)
    card = _text(reader.get(f"/{A}/territory?area={small.grid.pk}"))
    assert re.search(r"On duty now\s+anna", card)


def test_a_week_without_anybody_is_said(small, reader):
    assert "nobody answers in 168 hours" in _text(reader.get(_url(small)))
    assert reader.get(_url(small) + "?week=nonsense").status_code == 200


def test_a_new_shift_begins_as_one_of_every_day(small, head):
    page = head.get(_url(small, "new/")).content.decode()
    assert len(re.findall(r'name="weekdays"[^>]* checked', page)) == 7
    page = head.get(_url(small, "new/?weekdays=5&weekdays=6")).content.decode()
    assert re.findall(r'value="(\d)"[^>]* checked', page) == ["5", "6"]


def test_a_head_puts_a_shift_on_the_rota(small, head):
    member = person(A, "chen", Role.UNIT_HANDLER, unit=small.water)
    with county_context(A):
        officer = Membership.objects.get(user=member).pk
    answer = head.post(_url(small, "new/"), _given(officer=officer, name="白班"), follow=True)
    assert "It stands on the rota." in _text(answer)
    with county_context(A):
        made = DutyShift.objects.get()
    assert (made.weekdays, made.starts, made.name) == ([0, 1], time(8), "白班")


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(small, head, shift):
    given = _given(officer=shift.officer_id, name="白班", valid_from=TODAY)
    answer = head.post(_url(small, "new/"), given)
    assert answer.status_code == 422
    assert "overlaps another shift" in _text(answer)
    assert 'value="白班"' in answer.content.decode()


def test_a_swap_is_filled_in_from_the_shift_and_stands_for_one_day(small, head, shift):
    page = head.get(_url(small, f"exception/?day={TODAY}&shift={shift.pk}")).content.decode()
    assert f'<option value="{shift.officer_id}" selected>' in page
    given = _given(officer=shift.deputy_id, starts="00:00", ends="00:00", last_day=TODAY)
    head.post(_url(small, "exception/"), given)
    assert "县水务局 bo" in _text(head.get(f"/{A}/duty/?kind=department"))


def test_a_change_holds_from_a_day_on(small, head, shift):
    tomorrow = TODAY + timedelta(days=1)
    given = _given(officer=shift.deputy_id, weekdays=[str(n) for n in range(7)],
                   starts="00:00", ends="00:00", valid_from=tomorrow)  # fmt: skip
    head.post(f"/{A}/duty/shifts/{shift.pk}/", given)
    with county_context(A):
        rows = DutyShift.objects.order_by("valid_from").values_list("valid_to", "officer")
        assert list(rows) == [(tomorrow, shift.officer_id), (None, shift.deputy_id)]


def test_past_days_stay_as_they_were(small, head, shift):
    given = _given(officer=shift.deputy_id, valid_from=TODAY - timedelta(days=3))
    answer = head.post(f"/{A}/duty/shifts/{shift.pk}/", given)
    assert answer.status_code == 422
    assert "past days" in _text(answer)


def test_a_shift_ends_today(small, head, shift):
    head.post(f"/{A}/duty/shifts/{shift.pk}/end/")
    with county_context(A):
        assert DutyShift.objects.get().valid_to == TODAY


EDITS = ["new/", "exception/"]


@pytest.mark.parametrize("rest", EDITS)
def test_who_keeps_no_rota_may_not_change_one(small, reader, rest):
    for method in (reader.get, reader.post):
        assert method(_url(small, rest)).status_code == 403


@pytest.mark.parametrize("rest", EDITS)
def test_a_head_of_another_unit_may_not_change_it(small, rest, shift):
    other = _client(person(A, "other", Role.UNIT_HEAD, unit=small.roads))
    assert other.get(_url(small, rest)).status_code == 403
    for end in ("", "end/"):
        assert other.post(f"/{A}/duty/shifts/{shift.pk}/{end}").status_code == 403
    with county_context(A):
        assert DutyShift.objects.get().valid_to is None


@pytest.mark.parametrize("rest", ["", *EDITS])
def test_another_county_shows_nothing(small, head, rest):
    assert head.get(_url(small, rest, county=B)).status_code == 404
    assert Client().get(_url(small, rest)).status_code == 302


@pytest.mark.parametrize("path", ["units/{}/", "units/{}/new/", "shifts/{}/"])
def test_a_bad_id_is_not_found_and_a_wrong_method_refused(small, head, path):
    assert head.get(f"/{A}/duty/" + path.format(uuid4())).status_code == 404
    assert head.delete(f"/{A}/duty/" + path.format(uuid4())).status_code == 405
    assert head.get(f"/{A}/duty/shifts/{uuid4()}/end/").status_code == 405
