"""Every error is a problem with a code, in the language that was asked for."""

import json
from http import HTTPStatus

import pytest
from django.test import Client

from linli.incidents.models import Incident
from tests.api.conftest import key_for, report_of
from tests.conftest import A


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert {"type", "code", "detail"} <= body.keys()
    return body


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_problems_speak_the_language_that_was_asked_for(small, operator, language):
    operator.language = language
    answers = [
        problem(operator.get("nothing/here"), 404),
        problem(operator.get(f"incidents/{small.grid.pk}"), 404),
        problem(operator.post("incidents", report_of(small, text="")), 422),
        problem(operator.post("incidents", {"text": 3, "more": 1}), 422),
        problem(operator.post("incidents", "{"), 400),
        problem(operator.post("incidents", b" " * 1_048_577), 413),
        problem(operator.post("summary", {}), 405),
        problem(operator.step(small.grid.pk, "accept"), 404),
        problem(operator.get("incidents", after="x"), 422),
    ]
    for body in answers:
        words = body["detail"] + "".join(one["message"] for one in body.get("errors", []))
        assert words.isascii() == (language == "en"), words


def test_unknown_fields_are_refused_by_name(small, operator):
    body = problem(operator.post("incidents", report_of(small, ethnic="x")), 422)
    assert body["errors"] == [{"field": "ethnic", "message": "There is no such field here."}]
    spot = {"area_id": str(small.grid.pk), "address": "x"}
    body = problem(operator.post("incidents", report_of(small, place=spot)), 422)
    assert body["field"] == "place.address"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "a\x00b"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"occurred_at": "2026-11-01T08:00:00"}, "occurred_at"),
        ({"place": {"longitude": 102.4}}, "place"),
        ({"place": {"longitude": 999, "latitude": 25}}, "place.longitude"),
        ({"category_id": "x"}, "category_id"),
        ({"category_id": "018f0000-0000-7000-8000-000000000000"}, "category_id"),
        ({"occurred_at": "2001-11-01T08:00:00+08:00"}, "occurred_at"),
        ({"attachment_ids": ["018f0000-0000-7000-8000-000000000000"]}, "attachment_ids"),
        ({"settled": {"result": " "}}, "settled.result"),
        ({"source": "rumour"}, "source"),
        ({"contact": {"name": "某人"}}, "contact"),
    ],
)
def test_a_bad_value_names_its_field_and_writes_nothing(small, operator, change, field):
    assert problem(operator.post("incidents", report_of(small, **change)), 422)["field"] == field
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("incidents", {"staet": "closed"}, "no such field"),
        ("incidents", {"state": ["closed", "gone"]}, "One of: reported"),
        ("incidents", {"severity": "huge"}, "One of: general"),
        ("incidents", {"source": "rumour"}, "One of: grid_worker"),
        ("categories", {"q": "灯"}, "no such field"),
        ("summary", {"form": "2026-01-01"}, "no such field"),
    ],
)
def test_a_filter_that_is_none_is_refused_and_not_passed_over(small, operator, path, query, words):
    answer = operator.get(path, **query)
    assert answer.status_code == 422
    assert answer.json()["field"].startswith(next(iter(query)))
    assert words in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_a_text_that_cannot_be_kept_is_refused_in_any_field_of_a_step(small, operator, text):
    one = operator.post("incidents", report_of(small)).json()["id"]
    for field, fields in (
        ("text", {"text": text}),
        ("place", {"place": {"text": text}}),
        ("evidence", {"evidence": [text]}),
        ("", {text: "x"}),
    ):
        answer = problem(operator.step(one, "accept", **fields), 422)
        assert answer["field"].startswith(field)
        assert answer["detail"].isprintable()
    assert Incident.objects.get().version == 1


def test_a_write_without_a_key_is_refused(small, operator):
    answer = Client().post(
        f"/api/v1/{A}/incidents",
        json.dumps(report_of(small)),
        content_type="application/json",
        headers={"Authorization": f"Bearer {operator.secret}"},
    )
    assert problem(answer, 400)["code"] == "idempotency_key_missing"


def test_a_failure_of_ours_is_a_problem_too(operator, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("planted")

    monkeypatch.setattr("linli.api.staff.work.my_work", broken)
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {operator.secret}", "Accept-Language": "en"}
    answer = client.get(f"/api/v1/{A}/work", headers=headers)
    body = problem(answer, HTTPStatus.INTERNAL_SERVER_ERROR)
    assert "planted" not in json.dumps(body)


def test_a_key_carries_only_the_rights_that_it_was_given(small):
    reader = key_for(small.township_operator(), ["incident.view"])
    assert reader.get("incidents").status_code == 200
    refused = problem(reader.post("incidents", report_of(small)), 403)
    assert refused["permission"] == "incident.report"
    assert reader.get("me").json()["permissions"] == ["incident.view"]


def test_a_browser_reads_with_its_session_but_writes_only_with_a_key(small):
    from linli.accounts.models import User

    client = Client()
    client.force_login(
        User.objects.get(pk=small.township_operator().id),
        backend="linli.accounts.backends.StaffBackend",
    )
    assert client.get(f"/api/v1/{A}/incidents").status_code == 200
    answer = client.post(
        f"/api/v1/{A}/incidents",
        json.dumps(report_of(small)),
        content_type="application/json",
        headers={"Idempotency-Key": "k"},
    )
    problem(answer, 401)


@pytest.mark.parametrize("kind", ["text/xml", "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_refused_by_name(small, operator, kind):
    answer = operator.post("incidents", report_of(small), **{"Content-Type": kind})
    assert (answer.status_code, answer.json()["field"]) == (415, "Content-Type")
    assert answer["Accept"] == "application/json"
    assert not Incident.objects.exists()


def test_a_file_comes_in_a_multipart_form(operator):
    answer = operator.post("attachments", {"file": "x"})
    assert (answer.status_code, answer["Accept"]) == (415, "multipart/form-data")
