from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from linli.audit import queries
from linli.audit.actions import record
from linli.audit.models import AuditEvent, AuditPending
from linli.audit.queries import Filters, Position
from linli.database.context import NoCountyContextError, county_context
from tests.conftest import A, B

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Clerk:
    id: UUID | None
    label: str = "李梅"
    request_id: str = "r1"
    address: str | None = None


LI, WANG = Clerk(uuid4()), Clerk(uuid4(), "王强", "r2")


def _reasons(filters: Filters, **more) -> list[str]:
    return [row.reason for row in queries.events(filters, **more)]


@pytest.fixture
def log(county) -> UUID:
    subject = uuid4()
    for minute, by, action, outcome in (
        (0, LI, "incident.viewed", "done"),
        (1, LI, "incident.closed", "refused"),
        (2, WANG, "incident.viewed", "done"),
    ):
        record(
            by=by,
            action=action,
            subject=("incident", subject, "LQ-1"),
            reason=str(minute),
            outcome=outcome,
            at=NOW + timedelta(minutes=minute),
        )
    return subject


@pytest.mark.parametrize(
    ("filters", "reasons"),
    [
        (Filters(subject_kind="incident"), ["2", "1", "0"]),
        (Filters(actor_id=LI.id), ["1", "0"]),
        (Filters(action="incident.viewed", subject_kind="incident"), ["2", "0"]),
        (Filters(outcome="refused"), ["1"]),
        (Filters(request_id="r2"), ["2"]),
        (Filters(since=NOW + timedelta(minutes=1), request_id="r1"), ["1"]),
        (Filters(until=NOW + timedelta(minutes=1), request_id="r1"), ["0"]),
        (Filters(subject_id=uuid4()), []),
    ],
)
def test_each_filter_narrows_newest_first(log, filters, reasons):
    assert _reasons(filters) == reasons
    assert queries.count(filters) == len(reasons)


def test_pages_follow_each_other_without_gap_or_repetition(log):
    for _ in range(4):  # rows of the same instant
        record(by=LI, action="same", subject=("incident", log, ""), reason="x", at=NOW)
    seen: list[UUID] = []
    after = None
    while page := queries.events(Filters(subject_id=log), after=after, size=2):
        seen += [row.id for row in page]
        after = Position(page[-1].at, page[-1].id)
    assert len(seen) == len(set(seen)) == 7
    assert seen == [row.id for row in queries.events(Filters(subject_id=log))]


def test_a_count_stops_at_its_limit(log):
    assert queries.count(Filters(subject_kind="incident"), up_to=1) == 2


def test_the_log_of_another_county_is_not_shown(db):
    with county_context(A):
        record(by=LI, action="only.here")
    with county_context(B):
        assert queries.events(Filters(action="only.here")) == []
    with pytest.raises(NoCountyContextError):
        queries.events(Filters(action="only.here"))


def test_a_row_goes_with_the_write_that_is_rolled_back(db):
    with pytest.raises(ZeroDivisionError), county_context(A):
        record(by=LI, action="never.happened", reason=str(1 / 0))
    with county_context(A):
        assert queries.events(Filters(action="never.happened")) == []


def test_a_row_and_its_place_in_the_queue_are_one_statement(county, django_assert_num_queries):
    with django_assert_num_queries(1):
        event = record(by=LI, action="x" * 60, subject=("k", None, "长" * 200), reason="由" * 500)
    row = AuditEvent.objects.get(county_id=A, id=event)
    assert (len(row.subject_label), len(row.reason)) == (120, 400)
    assert AuditPending.objects.filter(county_id=A, id=event, at=row.at).exists()


def test_a_page_of_the_log_uses_its_index(log):
    with connection.cursor() as cursor:
        # In an empty log every way costs the same: does an index give the order?
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM audit_auditevent WHERE county_id = %s"
            " ORDER BY at DESC, id DESC LIMIT 50",
            [A],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    # A merge of the partitions, each in the order of its key.
    assert "->  Sort" not in plan
    assert "Incremental Sort" not in plan
    assert "Merge Append" in plan
