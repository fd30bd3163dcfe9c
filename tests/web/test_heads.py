"""HEAD is answered wherever GET is, with the same status and headers and no body."""

import pytest
from django.test import Client
from django.urls import get_resolver

from linli.attachments.models import Attachment
from linli.audit.models import AuditEvent
from linli.database.context import county_context
from linli.lib.ids import uuid7
from tests.architecture.checks.routes import routes
from tests.conftest import A
from tests.factories.people import person, sign_in

UNLIKE = {"content-length", "set-cookie", "x-request-id", "vary"}


@pytest.fixture
def operator(db):
    from linli.accounts.enums import Role

    client = Client()
    sign_in(client, person(A, "dora", Role.DISPATCHER))
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/style",
        "/account/",
        f"/{A}/",
        f"/{A}/incidents",
        f"/{A}/incidents/new",
        f"/{A}/figures",
        f"/{A}/map/points.geojson",
        f"/{A}/incidents/export.xlsx",
        f"/{A}/incidents/none",
        f"/api/v1/{A}/incidents",
        f"/api/v1/{A}/categories",
        "/api/v1/openapi.json",
        "/api/v1/docs",
    ],
)
def test_head_says_what_get_would(operator, path):
    got, head = operator.get(path), operator.head(path)
    assert head.status_code == got.status_code
    assert (_body(head), bool(_body(got))) == (b"", got.status_code != 302)
    assert _headers(head) == _headers(got)
    if not got.streaming:
        assert int(head["Content-Length"]) > 0 or got.status_code >= 300


def _body(answer) -> bytes:
    """Read to its end, which closes what it was read from."""
    return b"".join(answer) if answer.streaming else answer.content


def _headers(answer):
    return {name.lower() for name in answer.headers} - UNLIKE


def test_no_address_refuses_head_where_it_takes_get(operator):
    """Every address without parameters beyond the county, pages and API alike."""
    paths = {path for path, _view in routes(get_resolver().url_patterns)}
    plain = sorted(
        "/" + path.replace("<slug:county>", A).replace("{county}", A).strip("^$") for path in paths
    )
    asked = [path for path in plain if not set("<{(\\") & set(path)]
    assert len(asked) > 30
    for path in asked:
        got, head = operator.get(path), operator.head(path)
        assert (_body(head), head.status_code == 405) == (b"", got.status_code == 405), path
        _body(got)


def test_asking_about_a_file_is_no_opening_of_it(operator, settings, monkeypatch, tmp_path):
    from linli.accounts.models import User
    from linli.attachments.actions import WAITING, store
    from tests.factories.rows import NOW

    monkeypatch.setattr(settings.ENV, "home", tmp_path)
    with county_context(A):
        user = User.objects.get(username="dora")
        file = Attachment.objects.create(
            id=uuid7(),
            subject_kind=WAITING,
            kind="photo",
            media_type="image/jpeg",
            file_name="a.jpg",
            size=5,
            sha256="ab",
            store_key=store().put([b"bytes"]),
            created_at=NOW,
            created_by=user.pk,
        )

    def opened() -> int:
        with county_context(A):
            return AuditEvent.objects.filter(county_id=A, action="attachment.opened").count()

    for path in (f"/{A}/incidents/files/{file.pk}", f"/api/v1/{A}/attachments/{file.pk}"):
        before = opened()
        answer = operator.head(path)
        assert (answer.status_code, answer["Content-Length"]) == (200, "5")
        assert _body(answer) == b""
        assert opened() == before
        assert _body(operator.get(path)) == b"bytes"
        assert opened() == before + 1
