"""Files go in once, are seen with their case, and come out with safe headers."""

import io

import pytest
from PIL import Image

from linli.attachments.enums import Kind
from linli.attachments.models import Attachment
from linli.attachments.rules import kind_of
from linli.audit.models import AuditEvent
from tests.api.conftest import key_for, report_of
from tests.conftest import A
from tests.unit.attachments.test_docx import packed


def photo(colour: str = "green") -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (600, 400), colour).save(target, "jpeg")
    target.seek(0)
    target.name = "路口.jpg"
    return target


def scanned() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(target, "pdf")
    return target.getvalue()


def content(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.fixture
def uploaded(operator):
    answer = operator.upload(photo())
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_a_photo_is_cleaned_and_comes_back(operator, uploaded):
    assert (uploaded["kind"], uploaded["width"], uploaded["thumbnail"]) == ("photo", 600, True)
    answer = operator.get(f"attachments/{uploaded['id']}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert len(content(answer)) == uploaded["size"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    small = operator.get(f"attachments/{uploaded['id']}/thumbnail")
    assert Image.open(io.BytesIO(content(small))).width == 480


@pytest.mark.parametrize(
    ("name", "made", "kind"), [("证明.docx", packed, Kind.DOCX), ("证明.pdf", scanned, Kind.PDF)]
)
def test_a_document_is_kept_with_the_report_and_comes_back_as_a_file(
    operator, small, name, made, kind
):
    given = io.BytesIO(made())
    given.name = name
    answer = operator.upload(given)
    assert answer.status_code == 201, answer.content
    one = answer.json()
    assert one["kind"] == "document"
    reported = operator.post("incidents", report_of(small, attachment_ids=[one["id"]]))
    assert reported.status_code == 201, reported.content
    opened = operator.get(f"attachments/{one['id']}")
    assert opened["Content-Type"] == one["media_type"]
    assert opened["Content-Disposition"].startswith("attachment")
    data = content(opened)
    assert kind_of(data[:64], len(data)) is kind


def test_a_known_version_is_not_sent_again_and_a_range_is_cut_out(operator, uploaded):
    one = f"attachments/{uploaded['id']}"
    tag = operator.get(one)["ETag"]
    assert operator.get(one, {"If-None-Match": tag}).status_code == 304
    part = operator.get(one, {"Range": "bytes=2-5"})
    assert (part.status_code, part["Content-Length"]) == (206, "4")
    assert content(part) == content(operator.get(one))[2:6]


@pytest.mark.parametrize(
    ("headers", "status", "recorded"),
    [
        ({}, 200, 1),
        ({"Range": "bytes=0-9"}, 206, 1),
        ({"Range": "bytes=1-"}, 206, 1),
        ({"Range": "bytes=-9"}, 206, 1),
        ({"Range": "bytes=99999999-"}, 416, 0),
        ({"If-None-Match": "*"}, 304, 0),
    ],
)
def test_each_reading_of_any_part_is_recorded(operator, uploaded, headers, status, recorded):
    answer = operator.get(f"attachments/{uploaded['id']}", headers)
    assert answer.status_code == status
    opened = AuditEvent.objects.filter(county_id=A, action="attachment.opened")
    assert [str(row.subject_id) for row in opened] == [uploaded["id"]] * recorded


def test_an_upload_is_seen_by_its_uploader_until_a_case_has_it(small, operator, uploaded):
    colleague = key_for(small.township_operator())
    one = f"attachments/{uploaded['id']}"
    assert colleague.get(one).status_code == 404
    made = operator.post("incidents", report_of(small, attachment_ids=[uploaded["id"]])).json()
    assert colleague.get(one).status_code == 200
    assert key_for(small.handler(small.roads)).get(one).status_code == 404
    timeline = colleague.get(f"incidents/{made['id']}").json()["timeline"]
    assert [file["id"] for file in timeline[0]["attachments"]] == [uploaded["id"]]


def test_a_file_is_given_to_one_case_only(small, operator, uploaded):
    body = report_of(small, attachment_ids=[uploaded["id"]])
    assert operator.post("incidents", body).status_code == 201
    again = operator.post("incidents", body)
    assert (again.status_code, again.json()["code"]) == (422, "attachment_unknown")


def test_the_same_key_keeps_one_file(operator):
    first = operator.upload(photo(), key="k1")
    again = operator.upload(photo(), key="k1")
    assert first.json() == again.json()
    assert again["Idempotent-Replay"] == "true"
    assert Attachment.objects.count() == 1
    other = operator.upload(photo("red"), key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [(b"<html>", 422, "unsupported"), (b"\xff\xd8\xff" + b"0" * 99, 422, "damaged")],
)
def test_a_bad_file_is_refused_in_words(operator, data, status, code):
    file = io.BytesIO(data)
    file.name = "a.jpg"
    operator.language = "zh-hans"
    answer = operator.upload(file)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["field"] == "file"
    assert not answer.json()["detail"].isascii()
    assert not Attachment.objects.exists()


def test_a_file_beyond_the_limit_is_413(operator):
    file = io.BytesIO(b"\xff\xd8\xff" + bytes(21 * 1024 * 1024))
    file.name = "a.jpg"
    answer = operator.upload(file)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    file = io.BytesIO(b"\xff\xd8\xff" + bytes(20 * 1024 * 1024))
    file.name = "a.jpg"
    assert operator.upload(file).status_code == 413


def test_a_missing_file_names_the_field(operator):
    answer = operator.upload("no file")
    assert (answer.status_code, answer.json()["field"]) == (422, "file")
