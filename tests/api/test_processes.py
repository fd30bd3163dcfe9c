"""The published process for programs."""

import pytest

from linli.accounts.enums import Role
from linli.casework import definitions
from linli.database.context import county_context
from linli.processes import Definition
from tests.api.conftest import Api, key_for
from tests.conftest import A, B
from tests.factories.county import small_county
from tests.factories.processes import published, shipped


@pytest.fixture
def reader(small) -> Api:
    return key_for(small.staff(Role.LEADER))


@pytest.fixture(autouse=True)
def nothing_remembered():
    definitions.forget()
    yield
    definitions.forget()


def test_the_document_and_its_version_are_given(reader):
    answer = reader.get("processes/incident")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["key"], body["version"], answer["ETag"]) == ("incident", 1, '"1"')
    assert Definition.model_validate(body["document"]).transitions["accept"].to == "accepted"
    assert body["published_at"].endswith("+08:00")


def test_an_earlier_version_can_be_asked_for(reader):
    document = shipped()
    document["clocks"]["handle"]["by_severity"]["general"] = "5 working days"
    published(document)
    times = [
        reader.get("processes/incident", **asked).json()["document"]["clocks"]["handle"]
        for asked in ({}, {"version": "1"})
    ]
    assert [one["by_severity"]["general"] for one in times] == ["5 working days", "7 working days"]


@pytest.mark.parametrize("key", ["mediation", "%00", "incident%00", "x" * 300])
def test_an_unknown_process_is_404(reader, key):
    assert reader.get(f"processes/{key}").status_code == 404


@pytest.mark.parametrize(("version", "status"), [("9", 404), ("0", 422), ("x", 422), ("1e9", 422)])
def test_an_unknown_version_is_refused(reader, version, status):
    assert reader.get("processes/incident", version=version).status_code == status


def test_the_right_is_needed_and_only_reading_is_offered(small, reader):
    assert key_for(small.worker()).get("processes/incident").status_code == 403
    assert Api("linli_nothing").get("processes/incident").status_code == 401
    assert reader.post("processes/incident", {}).status_code == 405


def test_a_key_of_one_county_reads_no_other(db):
    with county_context(A):
        reader = key_for(small_county().staff(Role.LEADER))
    reader.county = B
    assert reader.get("processes/incident").status_code == 401
