import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from linli.access.actor import Actor, system
from linli.access.permissions import Permission
from linli.accounts.models import User
from linli.accounts.tokens import issue
from linli.lib.translations import compile_all
from tests.conftest import A
from tests.factories.county import Small, small_county

compile_all()  # problems are asked for in Chinese too


@dataclass
class Api:
    """A client with a key, as a program would have one."""

    secret: str
    county: str = A
    language: str = "en"

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return Client().get(self._url(path), query, headers=self._headers() | (headers or {}))

    def post(self, path: str, body: Any, *, key: str = "", **headers: str) -> Any:
        return Client().post(
            self._url(path),
            body if isinstance(body, str | bytes) else json.dumps(body),
            content_type="application/json",
            headers=self._headers() | {"Idempotency-Key": key or uuid.uuid4().hex} | headers,
        )

    def upload(self, file: Any, *, key: str = "", **headers: str) -> Any:
        return Client().post(
            self._url("attachments"),
            {"file": file},
            headers=self._headers() | {"Idempotency-Key": key or uuid.uuid4().hex} | headers,
        )

    def step(
        self, one: Any, step: str, *, key: str = "", version: Any = None, **fields: Any
    ) -> Any:
        seen = {} if version is None else {"If-Match": f'"{version}"'}
        path = f"incidents/{one}/steps/{step}"
        return self.post(path, {"fields": fields}, key=key, **seen)

    def _url(self, path: str) -> str:
        return f"/api/v1/{self.county}/{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language}


def key_for(actor: Actor, scopes: list[str] | None = None) -> Api:
    """A key of this member of staff, with every right that the roles give or only `scopes`."""
    user = User.objects.get(pk=actor.id)
    rights = [str(p) for p in Permission] if scopes is None else scopes
    _token, secret = issue(user=user, name="test", scopes=rights, by=system())
    return Api(secret)


def report_of(small: Small, **more: Any) -> dict[str, Any]:
    return {
        "text": "村口水管破裂",
        "category_id": str(small.category().pk),
        "source": "call",
        "place": {"area_id": str(small.grid.pk)},
        **more,
    }


@pytest.fixture
def small(county) -> Small:
    return small_county()


@pytest.fixture
def operator(small) -> Api:
    return key_for(small.township_operator())


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(settings.ENV, "home", tmp_path)


@pytest.fixture(autouse=True)
def without_static_files(plain_static_files) -> None:
    """Pages and problems are tried without collected static files."""
