"""A row of everything that an address names, somebody with every role, and the addresses."""

import re
from collections.abc import Iterator
from typing import Any

from linli.accounts.enums import Role
from linli.accounts.models import (
    ApiToken,
    DutyShift,
    GridAssignment,
    RoleRequest,
    UploadedList,
    User,
)
from linli.attachments.actions import store
from linli.attachments.models import Attachment
from linli.casework.models import ProcessDraft, ProcessRun
from linli.config.urls import urlpatterns
from linli.database.context import current_county
from linli.incidents.actions.emergencies import raise_emergency
from linli.incidents.contacts import Contact
from linli.incidents.models import EmergencyReport, PromisedCall, ShiftHandover
from linli.notifications.models import Notice
from linli.territory.models import Upload
from tests.architecture.checks.routes import routes
from tests.conftest import A
from tests.factories.county import BEGINNING, Small
from tests.factories.processes import SHIPPED
from tests.factories.rows import make
from tests.factories.steps import dispatched

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
LIST = "编码,名称,类型\nlin,县林业局,部门\n".encode()
AREAS = b'{"type": "FeatureCollection", "features": []}'
CHOICES = {
    "crs": "wgs84", "level": "3", "layer": "governing", "valid_from": "2026-01-01",
    "valid_to": "", "code_field": "code", "name_field": "",
}  # fmt: skip
SPAN = {"since": "2026-01-01", "until": "2026-02-01"}
# Words of a path that are the same in every county.
SAME = {"key": "incident", "section": "deadlines", "name": "x", "size": "thumbnail", "factor": "1"}
# Where `key` is an id; elsewhere it is a process or a step.
KEYS = ("incidents/files/", "notices/")
CASE = "incidents/<slug:number>"  # and a `number` is a case's; elsewhere a version's


def everybody(small: Small) -> User:
    """Somebody with every role, at the centre and in the township, and on the centre's rota."""
    found = User.objects.get(pk=small.dispatcher().id)
    for role in Role:
        found.memberships.create(role=role, unit=small.centre, valid_from=BEGINNING)
    for role in (Role.TOWNSHIP_OPERATOR, Role.UNIT_HEAD, Role.UNIT_HANDLER):
        there = {"unit": small.platform, "area": small.township}
        found.memberships.create(role=role, **there, valid_from=BEGINNING)
    officer = found.memberships.filter(unit=small.centre).first()
    make(DutyShift, unit=small.centre, officer=officer, valid_from=BEGINNING)
    return found


def a_row_of_everything(small: Small, owner: User, *, cases: int = 1) -> dict[str, str]:
    """What the addresses name, by the name that they give it; what has an owner is `owner`'s."""
    text = SHIPPED.read_text(encoding="utf-8")
    assignment = GridAssignment.objects.get(membership__user_id=small.worker().id)
    for _each in range(cases):
        incident = dispatched(small, small.water, contact=Contact(phone="13800000000"))
    emergency = raise_emergency(incident.pk, by=small.worker())
    User.objects.filter(pk=assignment.membership.user_id).update(registered_in=current_county())
    make(RoleRequest, user=owner)
    own: dict[str, Any] = {"uploaded_by": owner.pk}
    rows = {
        "report_id": make(EmergencyReport, emergency=emergency),
        "call_id": make(PromisedCall, incident=incident, unit=small.centre),
        "upload_id": make(Upload, kind="areas", content=AREAS, choices=CHOICES, **own),
        "list_id": make(UploadedList, kind="units", content=LIST, **own),
        "draft_id": make(ProcessDraft, process="incident", document=text, based_on=1),
        "assignment_id": assignment,
        "token_id": make(ApiToken, user=owner),
        "handover_id": make(ShiftHandover, unit=small.centre),
        "shift_id": make(DutyShift, unit=small.water, valid_from=BEGINNING),
        "run_id": make(ProcessRun, kind="replay", document=text, parameters=SPAN),
        "incidents/files/": make(Attachment, created_by=owner.pk, store_key=store().put([b"x"])),
        "notices/": make(Notice),
        "unit_id": small.water,
        "area_id": small.grid,
        "membership_id": assignment.membership,
    }
    ids = {name: str(row.pk) for name, row in rows.items()}
    return ids | {"number": incident.number, "user_id": str(assignment.membership.user_id)}


def addresses() -> Iterator[str]:
    """Every address of the pages below a county, without it."""
    for route, _view in routes(urlpatterns):
        path = route.removeprefix("<slug:county>/")
        if path != route:
            yield path


def ids_in(path: str) -> list[str]:
    """The names of what it names of the county."""
    return [name for name in PARAMETER.findall(path) if _is_id(path, name)]


def _is_id(path: str, name: str) -> bool:
    return f"<uuid:{name}>" in path or (path.startswith(CASE) and name == "number")


def kind_of(path: str, name: str) -> str:
    """Its name in a row of everything."""
    return next((at for at in KEYS if name == "key" and path.startswith(at)), name)


def filled(path: str, ids: dict[str, str]) -> str:
    known = {"number": "1"} | SAME | ids
    return f"/{A}/" + PARAMETER.sub(lambda found: known[found[1]], path)


def own_address(path: str, ours: dict[str, str]) -> str:
    return filled(path, {name: ours[kind_of(path, name)] for name in ids_in(path)})


def told(answer: Any, one: str) -> tuple[int, dict[str, str], str]:
    """All that a reader is told, without the id that was asked for."""
    hidden = {"X-Request-ID", "Content-Length", "Set-Cookie"}
    headers = {name: value for name, value in answer.headers.items() if name not in hidden}
    page = answer.getvalue().decode("utf-8", "replace").replace(one, "ID")
    if answer.streaming:
        answer.close()  # its file is open until then
    # without the token of a form and the number of the request
    page = re.sub(r"\b\w{64}\b|\b[0-9a-f]{32}\b", "", page)
    return answer.status_code, headers, page
