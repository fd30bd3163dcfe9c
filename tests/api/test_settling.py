"""A category that bars settling on the spot says so in the offers and in the refusal."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.incidents.models import Category, Incident, IncidentEvent
from tests.api.conftest import key_for, report_of


def test_settling_is_barred_by_the_category_in_offer_and_answer_alike(small):
    operator = key_for(small.township_operator())
    barred = Category.objects.filter(on_the_spot=False, parent__isnull=False).order_by("code")[0]
    made = operator.post(
        "incidents",
        {
            "text": "山体有裂缝",
            "category_id": str(barred.pk),
            "source": "call",
            "severity": "general",
            "place": {"area_id": str(small.grid.pk)},
        },
    )
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    offered = {one["step"]: one for one in operator.get(f"incidents/{key}").json()["steps"]}
    assert not offered["settle"]["allowed"]
    answer = operator.step(key, "settle", result="已处理")
    assert (answer.status_code, answer.json()["code"]) == (409, "category_barred")
    assert answer.json()["detail"] == offered["settle"]["why_not"]


def _ahead(**span: float) -> str:
    return (timezone.now() + timedelta(**span)).isoformat()


@pytest.mark.parametrize("settled", [False, True])
def test_a_phone_whose_clock_is_ahead_reports_now(small, operator, settled):
    more = {"settled": {"result": "已处理"}} if settled else {}
    body = report_of(small, occurred_at=_ahead(minutes=4), **more)
    made = operator.post("incidents", body)
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    assert Incident.objects.get(pk=key).opened_at <= timezone.now()
    step, fields = ("comment", {"text": "看过"}) if settled else ("accept", {})
    taken = {"fields": fields, "occurred_at": _ahead(minutes=4)}
    for body in (taken, {"fields": {"text": "又看过"}}):
        answer = operator.post(f"incidents/{key}/steps/{step}", body)
        assert answer.status_code == 200, answer.content
        step = "comment"
    assert all(one.occurred_at <= timezone.now() for one in IncidentEvent.objects.all())


def test_a_clock_that_is_far_ahead_is_refused(small, operator):
    late = operator.post("incidents", report_of(small, occurred_at=_ahead(minutes=6)))
    assert (late.status_code, late.json()["code"]) == (422, "in_the_future")
    key = operator.post("incidents", report_of(small)).json()["id"]
    body = {"fields": {}, "occurred_at": _ahead(minutes=6)}
    answer = operator.post(f"incidents/{key}/steps/accept", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "in_the_future")
