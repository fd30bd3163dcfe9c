"""A covered county whose process is edited in the browser."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from linli.accounts.enums import Role
from linli.casework import definitions
from linli.casework.models import ProcessDraft
from linli.database.context import county_context
from linli.processes.reading import read
from linli.territory import snapshots
from linli.territory.models import AreaVersion
from tests.conftest import A
from tests.factories.county import BEGINNING
from tests.factories.covered import cover
from tests.factories.people import person, sign_in
from tests.web.forms import filled

AT = f"/{A}/processes/incident"
BEGIN = {"title": "提速", "summary": "群众反映太慢", "begin": "published"}


@dataclass
class Desk:
    """One person at a browser."""

    client: Client

    def get(self, address: str) -> Any:
        return self.client.get(address)

    def post(self, address: str, data: Any = None) -> Any:
        return self.client.post(address, data or {})

    def text(self, address: str) -> str:
        return self.get(address).content.decode()

    def send(self, address: str, mark: str = "part-form", **values: Any) -> Any:
        """Open a page, change values of its form, send it."""
        return self.client.post(address, {**filled(self.text(address), mark), **values})

    def begin(self, **values: Any) -> str:
        """The address of a new draft."""
        answer = self.post(f"{AT}/edit/new/", {**BEGIN, **values})
        assert answer.status_code == 302, problems(answer)
        return answer["Location"]


def problems(answer: Any) -> list[str]:
    """The entries of the summary of errors."""
    page = answer.content.decode()
    summary = re.search(r'class="error-summary".*?</div>', page, re.DOTALL)
    found = re.findall(r"<li>(.*?)</li>", summary[0], re.DOTALL) if summary else []
    return [re.sub(r"<[^>]*>", "", one).strip() for one in found]


def row() -> ProcessDraft:
    with county_context(A):
        return ProcessDraft.objects.order_by("-created_at")[0]


def document() -> dict[str, Any]:
    return read(row().document)


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Versions and maps of another test have the same numbers."""
    definitions.forget()
    snapshots.forget()
    yield
    definitions.forget()
    snapshots.forget()


@pytest.fixture
def covered(office):
    small = office.small
    with county_context(A):
        cover(small)
        for area in (small.township, small.village, small.grid):
            AreaVersion.objects.create(
                area=area, parent=area.parent, name=area.name, valid_from=BEGINNING
            )
    snapshots.forget()
    return office


@pytest.fixture
def operator(office) -> Desk:
    """Writes and could approve."""
    return _at(office.operator)


@pytest.fixture
def leader(office) -> Desk:
    """Approves, does not write."""
    return _at(office.leader)


@pytest.fixture
def dispatcher(office) -> Desk:
    """Writes, does not approve."""
    return _at(person(A, "dispatcher", Role.DISPATCHER))


def _at(user: Any) -> Desk:
    client = Client()
    sign_in(client, user)
    return Desk(client)


@pytest.fixture
def draft(operator) -> str:
    """The address of a draft that the operator has begun."""
    return operator.begin()
