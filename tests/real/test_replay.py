"""The first of the real service requests under a changed draft, against a bare computation."""

import csv
import gzip
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
import yaml

from linli.access.actor import system
from linli.casework.models import ProcessVersion
from linli.database.context import county_context
from linli.flows.counties import create_county
from linli.flows.whatif.asking import ReplayWish
from linli.flows.whatif.carrying import Replayed, carry_out_replay
from linli.incidents import references
from linli.incidents.importing import import_file
from linli.incidents.imports import load_profile
from linli.incidents.models import Category
from linli.organisations.models import Unit, UnitKind
from linli.whatif.applying import WHOLE

pytestmark = [pytest.mark.real_data, pytest.mark.slow]

CODE = "boston-part"
ROWS = 3_000
SPAN = date(2008, 1, 1), date(2012, 1, 1)  # the file begins in 2008
HOURS = 72
PARKING = "Illegal Parking"


@pytest.fixture(scope="module")
def part(django_db_setup, django_db_blocker, database_address, shared_data, tmp_path_factory):
    """The rows as the city wrote them, and a county that has imported them."""
    folder = tmp_path_factory.mktemp("part")
    with gzip.open(shared_data / "boston311/boston_open311_320k.csv.gz", "rt", newline="") as file:
        lines = list(islice(file, ROWS + 1))
    sample = folder / "sample.csv"
    sample.write_text("".join(lines), encoding="utf-8", newline="")
    with django_db_blocker.unblock():
        create_county(code=CODE, name="Boston", timezone="America/New_York")
        profile = load_profile("boston311")
        report = import_file(
            sample, profile, county=CODE, by=system, rejects=folder / "rejects.csv"
        )
        with county_context(CODE):
            Unit.objects.create(code="parking", kind=UnitKind.DEPARTMENT, name="Parking")
            references.forget()
        yield list(csv.DictReader(lines)), report.imported
        from tests.conftest import _empty

        _empty(database_address)


@pytest.fixture
def published(part, django_db_blocker) -> str:
    with django_db_blocker.unblock(), county_context(CODE):
        return ProcessVersion.objects.order_by("-version").first().document


def _replayed(draft: str, django_db_blocker) -> Replayed:
    with django_db_blocker.unblock():
        return carry_out_replay(CODE, ReplayWish(draft, *SPAN), lambda *_: None)


def _counts(rows: list[dict[str, str]]) -> Counter[str]:
    """By hand: the reports, and those that took (or take) longer than the draft allows."""
    found: Counter[str] = Counter()
    for row in rows:
        opened = datetime.fromisoformat(row["requested_datetime"])
        closed = row["status"] == "closed"
        ended = datetime.fromisoformat(row["updated_datetime"]) if closed else datetime.now(UTC)
        if ended < opened:
            continue
        found["cases"] += 1
        found["late"] += ended > opened + timedelta(hours=HOURS)
        found["parking"] += row["service_name"] == PARKING
    return found


def test_a_time_of_the_whole_and_a_rule_hit_just_the_real_cases_that_they_should(
    part, published, django_db_blocker
):
    rows, imported = part
    draft = yaml.safe_load(published)
    draft["whole"]["by_severity"]["general"] = f"{HOURS} hours"
    with django_db_blocker.unblock(), county_context(CODE):
        category = Category.objects.get(name=PARKING)
    rule = {"key": "parking", "label": {"zh": "停车", "en": "Parking"}}
    when = {"when": {"categories": [category.code]}, "lead": {"unit": "parking"}}
    draft["routing"].insert(0, rule | when)
    found = _replayed(yaml.safe_dump(draft, allow_unicode=True, sort_keys=False), django_db_blocker)
    expected = _counts(rows)
    assert found.result["cases"] == imported == expected["cases"]
    (whole,) = (row for row in found.result["late"]["clocks"] if row["key"] == WHOLE)
    assert whole["late"][1] == expected["late"] > 0
    assert found.result["moved"]["suggestions"] == expected["parking"] > 0


def test_the_published_definition_changes_nothing_of_them(published, django_db_blocker):
    found = _replayed(published, django_db_blocker)
    assert found.result["cases"] > ROWS / 2
    assert found.rows == []
    assert found.result["deadlines"] == {}
