"""Lists through the page: checked first, applied as seen, refused rows as a workbook."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.accounts.models import RoleRequest, UploadedList, User
from linli.database.context import county_context
from linli.lib.tables import Column, read_table
from linli.organisations.models import Unit
from tests.conftest import A, B
from tests.factories.people import sign_in

UNITS = "编码,名称,类型,备忘\nlin,县林业局,部门,x\nbad,,部门,\n"
STAFF = "姓名,角色,单位\n赵敏,经办人,县水务局\n"


def _upload(client, kind: str, text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode("gb18030")
    file = SimpleUploadedFile("名册.csv", content)
    return client.post(f"/{A}/lists/{kind}/", {"file": file})


def _digest(page: str) -> str:
    return re.search(r'name="plan" value="(\w+)"', page).group(1)


@pytest.fixture
def operator(client, office):
    sign_in(client, office.operator)
    return client


def test_a_list_is_previewed_then_applied(operator):
    preview = _upload(operator, "units", UNITS)["Location"]
    page = operator.get(preview).content.decode()
    assert "县林业局" in page
    assert "备忘" in page, "columns that are not read are named"
    assert "第 3 行" in page
    with county_context(A):
        assert not Unit.objects.filter(code="lin").exists()
    done = operator.post(preview, {"plan": _digest(page)})
    assert done["Location"] == f"/{A}/units/"
    with county_context(A):
        assert Unit.objects.get(code="lin").initials
        assert not UploadedList.objects.exists()


def test_refused_rows_come_back_as_a_workbook_that_can_be_sent_again(operator):
    preview = _upload(operator, "units", UNITS)["Location"]
    answer = operator.get(f"{preview}rejects/")
    assert answer["Content-Disposition"].endswith('units-rejects.xlsx"')
    columns = (Column("code", ("单位编码",)), Column("kind", ("类型",)))
    table = read_table(answer.content, columns)
    assert [(row.text("code"), row.text("kind")) for row in table.rows] == [("bad", "部门")]


def test_nothing_is_applied_that_was_not_seen(operator):
    preview = _upload(operator, "units", UNITS)["Location"]
    page = operator.get(preview).content.decode()
    with county_context(A):
        Unit.objects.create(code="lin", kind="department", name="另建的林业局")
    late = operator.post(preview, {"plan": _digest(page)})
    assert late.status_code == 409
    with county_context(A):
        assert Unit.objects.get(code="lin").name == "另建的林业局"


def test_imported_accounts_show_their_passwords_once_and_wait_for_roles(operator):
    preview = _upload(operator, "staff", STAFF)["Location"]
    page = operator.get(preview).content.decode()
    done = operator.post(preview, {"plan": _digest(page)}).content.decode()
    secret = re.search(r"<code>([a-z2-9-]{16,})</code>", done).group(1)
    assert User.objects.get(username="zhaomin").check_password(secret)
    assert operator.post(preview, {"plan": _digest(page)}).status_code == 404, "applied once"
    with county_context(A):
        assert RoleRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, ""),
        ("姓名,电话\n张三,1\n".encode(), "单位名称"),
        ("编码,名称,类型\n".encode(), ""),
        (b"PK\x03\x04" + b"\x00" * 100, ""),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_at_its_field(operator, content, words):
    answer = _upload(operator, "units", content)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "field-error" in page
    if words == "单位名称":
        assert words in page
    with county_context(A):
        assert not UploadedList.objects.exists()


def test_a_file_that_is_too_large_is_refused(operator):
    answer = _upload(operator, "units", b"a" * 5_000_001)
    assert answer.status_code == 422
    assert "5 MB" in answer.content.decode()


def test_an_upload_belongs_to_whoever_sent_it(client, office, operator):
    preview = _upload(operator, "staff", STAFF)["Location"]
    operator.post("/account/logout/")
    sign_in(client, office.system)
    assert client.get(preview).status_code == 404
    assert client.get(preview.replace(A, B)).status_code == 404
    assert client.get(preview.replace("staff", "units")).status_code == 403


def test_an_empty_list_has_the_columns_and_is_understood(operator):
    for kind in ("units", "staff", "assignments"):
        answer = operator.get(f"/{A}/lists/{kind}/template/")
        assert answer.content.startswith(b"PK")
    assert operator.get(f"/{A}/lists/cars/").status_code == 404
    assert operator.get(f"/{A}/lists/cars/template/").status_code == 404
