"""Duplicates end, their reporters stay with the main case."""

import pytest

from linli.incidents.actions import Draft, report, report_settled, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.contacts import Contact, has_contact, open_contacts
from linli.incidents.enums import State
from linli.incidents.models import Incident, IncidentEvent
from linli.incidents.rules import Invalid
from linli.processes import Refused
from tests.factories.county import Small, small_county


@pytest.fixture
def small(county) -> Small:
    return small_county()


def _draft(small: Small, phone: str = "", **more: object) -> Draft:
    return Draft(
        text="村口水管破裂",
        category_id=small.category().pk,
        source="call",
        spot=Spot(area_id=small.grid.pk),
        contact=Contact(phone=phone) if phone else None,
        **more,  # type: ignore[arg-type]
    )


def _merge(duplicate: Incident, main: Incident, by: object) -> Incident:
    fields = {"duplicate_of": str(main.pk)}
    return take_step(duplicate.pk, "merge", fields, version=None, by=by)  # type: ignore[arg-type]


def test_reporters_of_a_duplicate_stay_with_the_main_case(small):
    operator = small.township_operator()
    main = report(_draft(small, "13800000001"), by=operator)
    duplicate = report(_draft(small, "13800000002"), by=operator)
    merged = _merge(duplicate, main, operator)
    assert (merged.state, merged.merged_into_id) == (State.MERGED, main.pk)
    phones = {one.phone for one in open_contacts(main, by=operator, reason="告知结果")}
    assert phones == {"13800000001", "13800000002"}


def test_both_timelines_name_each_other(small):
    operator = small.township_operator()
    main, duplicate = report(_draft(small), by=operator), report(_draft(small), by=operator)
    _merge(duplicate, main, operator)
    main.refresh_from_db()
    assert main.version == 2
    line = IncidentEvent.objects.get(incident=main, kind="absorb")
    assert (line.case_version, line.data["duplicate"]) == (2, duplicate.number)
    line = IncidentEvent.objects.get(incident=duplicate, kind="merge")
    assert line.data["merged_into"] == main.number


def test_what_was_merged_before_follows_to_the_main_case(small):
    operator = small.township_operator()
    first = report(_draft(small, "13800000001"), by=operator)
    second, third = report(_draft(small), by=operator), report(_draft(small), by=operator)
    _merge(first, second, operator)
    _merge(second, third, operator)
    first.refresh_from_db()
    assert first.merged_into_id == third.pk
    assert has_contact(third)
    assert not has_contact(second)


@pytest.mark.parametrize("code", ["duplicate_self", "duplicate_unknown", "duplicate_merged"])
def test_a_bad_main_case_is_refused_and_nothing_changes(small, code):
    operator = small.township_operator()
    one, other = report(_draft(small), by=operator), report(_draft(small), by=operator)
    target = {"duplicate_self": one.pk, "duplicate_unknown": small.grid.pk}.get(code)
    if target is None:
        third = report(_draft(small), by=operator)
        _merge(other, third, operator)
        target = other.pk
    with pytest.raises(Invalid) as invalid:
        take_step(one.pk, "merge", {"duplicate_of": str(target)}, version=None, by=operator)
    assert invalid.value.code == code
    one.refresh_from_db()
    assert (one.version, one.state) == (1, State.REPORTED)


def test_a_matter_is_reported_and_settled_in_one_go(small):
    worker = small.worker()
    incident = report_settled(_draft(small), result="已清理", by=worker)
    assert incident.state == State.SETTLED_ON_THE_SPOT
    assert incident.version == 2


def test_a_severe_matter_cannot_be_settled_on_the_spot_and_is_not_reported_either(small):
    with pytest.raises(Refused) as refused:
        report_settled(_draft(small, severity="major"), result="已处理", by=small.worker())
    assert refused.value.code == "severity_barred"
    assert not Incident.objects.exists()
