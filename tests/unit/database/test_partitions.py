"""Months of the timeline: what was recorded before its month existed moves into it."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.utils import timezone

from linli.cli.preparation import ensure_partitions
from linli.database.context import county_context
from linli.database.inspection import filled_defaults, granted_partitions, missing_partitions
from linli.incidents.models import Incident, IncidentEvent
from tests.conftest import A
from tests.factories.county import small_county
from tests.factories.steps import reported

TABLE = "incidents_incidentevent"
LONG_AGO = datetime(2021, 3, 31, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def old_lines(committed):
    """Two lines of 2021, in different months by UTC, that found no month."""
    with county_context(A):
        small = small_county()
        cases = [reported(small), reported(small)]
    _backdate(committed, cases[0], LONG_AGO)
    _backdate(committed, cases[1], LONG_AGO + timedelta(seconds=1))
    yield [case.pk for case in cases]
    with psycopg.connect(committed.dsn("owner")) as owner:
        for month in ("202103", "202104"):
            owner.execute(f"DROP TABLE IF EXISTS {TABLE}_{month}")


def _rows(address, name: str) -> int:
    with psycopg.connect(address.dsn("backup")) as backup:
        return backup.execute(f"SELECT count(*) FROM {TABLE}_{name}").fetchone()[0]


def _filled(address) -> list[str]:
    with psycopg.connect(address.dsn("backup")) as backup:
        return filled_defaults(backup)


def test_rows_of_the_default_partition_move_into_months_of_their_own(committed, old_lines):
    assert _filled(committed) == [f"{TABLE}_default"]
    ensure_partitions(committed)
    assert _filled(committed) == []
    assert [_rows(committed, month) for month in ("202103", "202104")] == [1, 1]
    with county_context(A):
        lines = IncidentEvent.objects.filter(incident_id__in=old_lines).order_by("recorded_at")
        assert [line.kind for line in lines] == ["report", "report"]
        assert lines[0].recorded_at == LONG_AGO
    with psycopg.connect(committed.dsn("app")) as app:
        assert granted_partitions(app) == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(f"SELECT 1 FROM {TABLE}_202103")


def test_months_of_the_past_that_are_made_first_leave_nothing_to_the_default_one(committed):
    today = timezone.now().date()
    back = (today.year - 2021) * 12 + today.month - 1
    ensure_partitions(committed, back=back)
    try:
        with psycopg.connect(committed.dsn("app")) as app:
            assert missing_partitions(app, date(2021, 1, 1), back) == []
        with county_context(A):
            case = reported(small_county())
        _backdate(committed, case, LONG_AGO)
        assert _filled(committed) == []
        assert _rows(committed, "202103") == 1
    finally:
        with psycopg.connect(committed.dsn("owner")) as owner:
            for number in range(2021 * 12, today.year * 12 + today.month - 1):
                month = f"{number // 12}{number % 12 + 1:02}"
                owner.execute(f"DROP TABLE {TABLE}_{month}, audit_auditevent_{month}")


def _backdate(address, case: Incident, at: datetime) -> None:
    with psycopg.connect(address.dsn("owner")) as owner:
        owner.execute("SELECT set_config('linli.county', %s, true)", [A])
        where = "WHERE county_id = %s AND incident_id = %s"
        owner.execute(f"UPDATE {TABLE} SET recorded_at = %s {where}", [at, A, case.pk])
