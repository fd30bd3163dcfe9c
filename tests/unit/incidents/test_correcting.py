"""Another category or severity has other deadlines; in some, nothing is settled on the spot."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.incidents.detail import detail
from linli.incidents.models import Category, IncidentEvent, IncidentTask
from linli.incidents.rules import Invalid
from linli.processes import Refused
from tests.factories.county import Small, small_county
from tests.factories.steps import dispatched, reported, step


@pytest.fixture
def small(county) -> Small:
    return small_county()


def _other_category(small: Small) -> Category:
    return Category.objects.exclude(pk=small.category().pk).filter(hidden=False).order_by("code")[5]


def test_another_severity_moves_the_handling_deadline_of_case_and_tasks(small):
    operator = small.township_operator()
    incident = step(dispatched(small, small.water, operator), "sign_for", small.handler())
    before = incident.due_at
    category = str(small.category().pk)
    incident = step(
        incident,
        "correct_category",
        operator,
        category=category,
        severity="critical",
        reason="已影响全村饮水",
    )
    assert incident.severity == "critical"
    assert incident.due_at < before
    assert IncidentTask.objects.get(incident=incident).due_at == incident.due_at
    line = IncidentEvent.objects.get(incident=incident, kind="correct_category")
    assert line.due_at == incident.due_at
    assert datetime.fromisoformat(line.data["was"]["due_at"]) == before
    assert line.data["was"]["severity"] == "general"
    (change,) = line.data["clocks"]
    assert (change["clock"], change["action"]) == ("handle", "correct")
    assert datetime.fromisoformat(change["due_at"]) == incident.due_at


def test_another_category_brings_its_own_deadline(small):
    operator = small.township_operator()
    incident = step(dispatched(small, small.water, operator), "sign_for", small.handler())
    other = _other_category(small)
    Category.objects.filter(pk=other.pk).update(deadlines={"general": "30 working days"})
    from linli.incidents import references

    references.forget()
    before = incident.due_at
    incident = step(
        incident, "correct_category", operator, category=str(other.pk), reason="登记时选错"
    )
    assert incident.category_id == other.pk
    assert incident.due_at > before
    assert IncidentTask.objects.get(incident=incident).due_at == incident.due_at


def test_a_granted_extension_moves_the_deadline_of_the_task_too(small):
    operator, handler = small.township_operator(), small.handler()
    incident = step(dispatched(small, small.water, operator), "sign_for", handler)
    span = "2 working days"
    incident = step(incident, "ask_extension", handler, reason="等配件", extra_time=span)
    incident = step(incident, "grant_extension", operator, extra_time=span)
    assert IncidentTask.objects.get(incident=incident).due_at == incident.due_at


def test_a_task_has_no_deadline_while_its_matter_is_pending(small):
    operator, handler = small.township_operator(), small.handler()
    incident = step(dispatched(small, small.water, operator), "sign_for", handler)
    review = timezone.localdate() + timedelta(days=20)
    incident = step(incident, "set_pending", operator, reason="等资金", review_date=str(review))
    assert IncidentTask.objects.get(incident=incident).due_at is None
    incident = step(incident, "take_back", operator, reason="资金到位")
    assert IncidentTask.objects.get(incident=incident).due_at == incident.due_at


@pytest.mark.parametrize("category", ["no-id", "01900000-0000-7000-8000-000000000000"])
def test_an_unknown_category_names_its_field_and_changes_nothing(small, category):
    operator = small.township_operator()
    incident = dispatched(small, small.water, operator)
    with pytest.raises(Invalid) as invalid:
        step(incident, "correct_category", operator, category=category, reason="登记时选错")
    assert invalid.value.field == "category"
    incident.refresh_from_db()
    assert incident.category_id == small.category().pk


def test_a_category_that_bars_it_is_refused_in_the_offers_and_by_the_action(small):
    worker = small.worker()
    category = Category.objects.filter(on_the_spot=False, parent__isnull=False).order_by("code")[0]
    incident = reported(small, worker, category_id=category.pk, severity="general")
    with pytest.raises(Refused) as refused:
        step(incident, "settle", worker, result="已处理")
    assert refused.value.code == "category_barred"
    found = detail(worker, incident.pk, now=timezone.now())
    assert found is not None
    (offer,) = [one for one in found.offers if one.transition.key == "settle"]
    assert offer.refused is not None
    assert offer.refused.code == "category_barred"
