"""Pages: what another county has answers like what nobody has, at every address with an id."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from linli.accounts.enums import Role
from linli.accounts.models import (
    ApiToken,
    DutyShift,
    GridAssignment,
    UploadedList,
    User,
)
from linli.attachments.models import Attachment
from linli.casework.models import ProcessDraft, ProcessRun
from linli.config.urls import urlpatterns
from linli.database.context import county_context
from linli.incidents.actions.emergencies import raise_emergency
from linli.incidents.models import EmergencyReport, PromisedCall, ShiftHandover
from linli.notifications.models import Notice
from linli.territory import snapshots
from linli.territory.models import Upload
from tests.architecture.checks.routes import routes
from tests.conftest import A, B
from tests.factories.county import Small, small_county
from tests.factories.people import BEGINNING
from tests.factories.processes import SHIPPED
from tests.factories.rows import make
from tests.factories.steps import dispatched
from tests.web.incidents.conftest import draw

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# Words of a path that are the same in every county.
SAME = {"key": "incident", "section": "deadlines", "name": "x", "size": "thumbnail"}
NOBODYS_CASE = "2026-999999"
# Where `key` is an id; elsewhere it is a process or a step.
KEYS = ("incidents/files/", "notices/")


def a_row_of_everything(small: Small, owner: User, *, cases: int) -> dict[str, str]:
    """What the addresses name, by the name that they give it; what has an owner is `owner`'s."""
    draw(small)
    text = SHIPPED.read_text(encoding="utf-8")
    assignment = GridAssignment.objects.get(membership__user_id=small.worker().id)
    for _each in range(cases):
        incident = dispatched(small, small.water)
    emergency = raise_emergency(incident.pk, by=small.worker())
    own: dict[str, Any] = {"uploaded_by": owner.pk}
    rows = {
        "report_id": make(EmergencyReport, emergency=emergency),
        "call_id": make(PromisedCall, incident=incident),
        "upload_id": make(Upload, kind="areas", **own),
        "list_id": make(UploadedList, kind="units", **own),
        "draft_id": make(ProcessDraft, process="incident", document=text),
        "assignment_id": assignment,
        "token_id": make(ApiToken, user=owner),
        "handover_id": make(ShiftHandover, unit=small.water),
        "shift_id": make(DutyShift, unit=small.water),
        "run_id": make(ProcessRun, kind="replay", document=text),
        "incidents/files/": make(Attachment, created_by=owner.pk),
        "notices/": make(Notice),
        "unit_id": small.water,
        "area_id": small.grid,
        "membership_id": assignment.membership,
    }
    ids = {name: str(row.pk) for name, row in rows.items()}
    return ids | {"number": incident.number, "user_id": str(assignment.membership.user_id)}


@pytest.fixture
def small(db) -> Iterator[Small]:
    with county_context(A):
        made = small_county()
    yield made
    snapshots.forget()


@pytest.fixture
def user(small) -> User:
    """Somebody with every role: whatever is refused is refused for the id."""
    with county_context(A):
        found = User.objects.get(pk=small.dispatcher().id)
        for role in Role:
            found.memberships.create(role=role, unit=small.centre, valid_from=BEGINNING)
    return found


@pytest.fixture
def ours(small, user) -> dict[str, str]:
    with county_context(A):
        return a_row_of_everything(small, user, cases=1)


@pytest.fixture
def theirs(small, user) -> dict[str, str]:
    with county_context(B):
        return a_row_of_everything(small_county(), user, cases=3)


@pytest.fixture
def everyone(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def addresses() -> Iterator[tuple[str, list[str]]]:
    """Every address below a county that names something of it, with the names of its ids."""
    for route, _view in routes(urlpatterns):
        path = route.removeprefix("<slug:county>/")
        names = [name for name in PARAMETER.findall(path) if _is_id(path, name)]
        if path != route and names:
            yield path, names


def _is_id(path: str, name: str) -> bool:
    case = path.startswith("incidents/<slug:number>") and name == "number"
    return case or f"<uuid:{name}>" in path


def filled(path: str, ids: dict[str, str]) -> str:
    known = {"number": "1"} | SAME | ids
    return f"/{A}/" + PARAMETER.sub(lambda found: known[found[1]], path)


def kind_of(path: str, name: str) -> str:
    return next((at for at in KEYS if name == "key" and path.startswith(at)), name)


def told(answer: Any, one: str) -> tuple[int, dict[str, str], str]:
    hidden = {"X-Request-ID", "Content-Length", "Set-Cookie"}
    headers = {name: value for name, value in answer.headers.items() if name not in hidden}
    page = answer.getvalue().decode().replace(one, "ID")
    page = re.sub(
        r"\b\w{64}\b|\b[0-9a-f]{32}\b", "", page
    )  # token of the form, number of the request
    return answer.status_code, headers, page


def test_an_id_of_another_county_in_an_address_is_nobodys(everyone, ours, theirs):
    tried, open_ = 0, set()
    for path, names in addresses():
        own = {name: ours[kind_of(path, name)] for name in names}
        for name in names:
            their = theirs[kind_of(path, name)]
            nobodys = NOBODYS_CASE if name == "number" else str(uuid.uuid4())
            statuses = set()
            for method in (everyone.get, everyone.post):
                first, second = (
                    told(method(filled(path, own | {name: one})), one) for one in (their, nobodys)
                )
                assert first == second, (path, name)
                statuses.add(first[0])
            if 404 not in statuses or not statuses <= {404, 405}:
                open_.add((path, name, *statuses))
            tried += 1
    assert not open_
    assert tried > 80
