"""The description is complete, names no person, and holds against a machine that tries it."""

import re

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, settings

from linli.api.app import api
from linli.api.openapi import METHODS, document, operations
from linli.database.context import county_context
from tests.api.conftest import key_for, report_of
from tests.conftest import A
from tests.factories.county import small_county

CONTACT = {"name", "phone", "address"}


@pytest.fixture(scope="module")
def described():
    return document(api)


def test_the_description_is_served_outside_any_county(db):
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
    assert any("/incidents" in path for path in answer.json()["paths"])


def test_every_write_declares_its_key_and_every_endpoint_its_problems(described):
    for path, method, operation in operations(described):
        names = {one["name"] for one in operation["parameters"]}
        assert "county" in names
        assert {"401", "403", "404"} <= operation["responses"].keys(), path
        keyless = path.endswith(("/near", "/contacts"))
        assert ("Idempotency-Key" in names) == (method != "get" and not keyless), path


def test_a_contact_goes_in_and_comes_out_at_one_endpoint_only(described):
    schemas = described["components"]["schemas"]
    holding = {name for name, shape in schemas.items() if "phone" in shape.get("properties", {})}
    assert holding == {"ContactIn", "ContactOut"}
    leads = {"ContactOut"}
    for name, shape in schemas.items():
        if "#/components/schemas/ContactOut" in str(shape):
            leads.add(name)
    assert leads == {"ContactOut", "ContactsOut"}
    giving = [
        path for path, _m, operation in operations(described) if "ContactsOut" in str(operation)
    ]
    assert [path.rsplit("/", 1)[1] for path in giving] == ["contacts"]


def test_outputs_are_closed_and_name_no_person(described):
    outputs = {k: v for k, v in described["components"]["schemas"].items() if k.endswith("Out")}
    assert len(outputs) > 8
    personal = {"reporter", "reporter_id", "contact", "phone", "id_number", "birthday", "gender"}
    for name, shape in outputs.items():
        if name != "ContactOut":
            assert not personal & shape["properties"].keys(), name


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "上报事件"), ("en", "Report an incident")]
)
def test_the_page_needs_nothing_from_outside_and_no_script_of_its_own(db, language, words):
    answer = Client().get("/api/v1/docs", headers={"Accept-Language": language})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert words in html
    assert "/api/v1/{county}/incidents/{incident_id}/steps/{step}" in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html)


@pytest.mark.slow
def test_no_request_that_fits_or_breaks_the_description_fails_on_our_side(committed, described):
    """Bounded: some dozens of requests an endpoint, good and bad ones."""
    with county_context(A):
        small = small_county()
        key, body = key_for(small.dispatcher()), report_of(small)
    known = {"county": A, "incident_id": key.post("incidents", body).json()["id"]}
    schema = schemathesis.openapi.from_dict(described)
    app = get_wsgi_application()
    statuses: list[int] = []
    for path, methods in described["paths"].items():
        for method in (one for one in METHODS if one in methods):
            _attack(schema[path][method], app, known, key.secret, statuses)
    assert len(statuses) > 120
    assert max(statuses) < 500, [status for status in statuses if status >= 500]
    assert {200, 422} <= set(statuses)


def _attack(operation, app, known, secret, statuses) -> None:
    @settings(
        max_examples=15,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    def attempt(case) -> None:
        for name in case.path_parameters or {}:
            if name in known:
                case.path_parameters[name] = known[name]
        headers = {"Authorization": f"Bearer {secret}"}
        answer = case.call(app=app, base_url="http://localhost", headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, case.as_curl_command()
        statuses.append(answer.status_code)

    from hypothesis import given

    given(case=operation.as_strategy())(attempt)()
