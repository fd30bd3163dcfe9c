"""Each tampering is done by the tables' owner over a connection of its own."""

import json
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from linli.audit.actions import record, seal_pending
from linli.audit.anchors import Anchor, anchor_file, read
from linli.audit.models import AuditEvent, AuditPending, AuditSeal
from linli.audit.verification import Fault, Finding, verify
from linli.cli.doctor import _anchors
from linli.database.context import county_context
from tests.conftest import A, B

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Clerk:
    id: UUID | None = None
    label: str = "李梅"
    request_id: str = "r1"
    address: str | None = "10.1.2.3"


def _write(count: int, county: str = A, **changed) -> list[UUID]:
    with county_context(county):
        return [
            record(by=Clerk(), action="test.act", reason=f"因由 {index}", **changed)
            for index in range(count)
        ]


def _seal(file: Path, county: str = A, limit: int = 1_000) -> int:
    with county_context(county):
        return seal_pending(anchors=file, now=NOW, limit=limit)


@contextmanager
def _owner(address, county: str = A) -> Iterator[psycopg.Connection]:
    with psycopg.connect(address.dsn("owner")) as owner:
        owner.execute("SELECT set_config('linli.county', %s, true)", [county])
        yield owner


@pytest.fixture
def committed(django_db_setup, django_db_blocker, database_address) -> Iterator[object]:
    """Real commits on an empty log. Only the log is written here, so only it is emptied."""
    with django_db_blocker.unblock():
        _truncate(database_address)
        try:
            yield database_address
        finally:
            connections.close_all()
            _truncate(database_address)


def _truncate(address) -> None:
    with psycopg.connect(address.dsn("owner"), autocommit=True) as owner:
        owner.execute("TRUNCATE audit_auditevent, audit_auditpending, audit_auditseal")


@pytest.fixture
def file(tmp_path) -> Path:
    return anchor_file(tmp_path)


@pytest.fixture
def sealed(committed, file) -> list[UUID]:
    """Nine rows in three seals, and one row that waits."""
    ids = []
    for _ in range(3):
        ids += _write(3)
        assert _seal(file) == 3
    return [*ids, *_write(1)]


@pytest.fixture
def findings(sealed, file) -> Callable[[], list[Finding]]:
    return lambda: verify(A, anchor_file=file, now=NOW).findings


def test_an_untouched_log_is_proven(sealed, file):
    report = verify(A, anchor_file=file, now=NOW)
    assert report.ok
    assert (report.seals, report.rows, report.pending, report.anchored) == (3, 9, 1, 3)
    with county_context(A):
        assert report.head == AuditSeal.objects.get(county_id=A, number=3).head


def test_the_lag_is_the_age_of_the_oldest_row_without_a_seal(committed, file):
    _write(1, at=NOW - timedelta(minutes=9))
    _write(1, at=NOW - timedelta(minutes=4))
    assert verify(A, anchor_file=file, now=NOW).lag == timedelta(minutes=9)
    _seal(file)
    assert verify(A, anchor_file=file, now=NOW).lag == timedelta()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_label", "王强"),
        ("reason", "因由"),  # cut off
        ("field_classes", ["contact"]),
        ("outcome", "refused"),
        ("address", "10.9.9.9"),
        ("actor_id", UUID(int=7)),
        ("at", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_edited_row_is_found(sealed, findings, committed, column, value):
    with _owner(committed) as owner:
        owner.execute(
            f"UPDATE audit_auditevent SET {column} = %s WHERE id = %s", [value, sealed[4]]
        )
    assert findings() == [Finding(Fault.ROW_EDITED, seal=2, row=sealed[4])]


def test_a_deleted_row_is_found(sealed, findings, committed):
    with _owner(committed) as owner:
        owner.execute("DELETE FROM audit_auditevent WHERE id = %s", [sealed[0]])
    assert findings() == [Finding(Fault.ROW_MISSING, seal=1, row=sealed[0])]


def test_a_row_moved_to_another_county_is_found_in_both(sealed, findings, committed, file):
    with psycopg.connect(committed.dsn("owner")) as owner:
        owner.execute("ALTER TABLE audit_auditevent NO FORCE ROW LEVEL SECURITY")
        owner.execute("UPDATE audit_auditevent SET county_id = %s WHERE id = %s", [B, sealed[0]])
        owner.execute("ALTER TABLE audit_auditevent FORCE ROW LEVEL SECURITY")
    assert findings() == [Finding(Fault.ROW_MISSING, seal=1, row=sealed[0])]
    other = verify(B, anchor_file=file, now=NOW)
    assert other.findings == [Finding(Fault.ROW_LEFT_OUT, row=sealed[0])]


def test_two_rows_with_swapped_content_are_found(sealed, findings, committed):
    one, other = sealed[1], sealed[8]
    with _owner(committed) as owner:
        owner.execute(
            "UPDATE audit_auditevent AS event SET reason = twin.reason"
            " FROM audit_auditevent AS twin"
            " WHERE (event.id, twin.id) IN ((%(one)s, %(other)s), (%(other)s, %(one)s))",
            {"one": one, "other": other},
        )
    assert findings() == [
        Finding(Fault.ROW_SWAPPED, seal=1, row=one),
        Finding(Fault.ROW_SWAPPED, seal=3, row=other),
    ]


def test_two_rows_with_swapped_ids_are_found(sealed, findings, committed):
    one, other = sealed[0], sealed[1]
    with _owner(committed) as owner:
        owner.execute(
            "UPDATE audit_auditevent SET id = CASE id WHEN %(one)s THEN %(other)s::uuid"
            " ELSE %(one)s::uuid END WHERE id IN (%(one)s, %(other)s)",
            {"one": one, "other": other},
        )
    assert findings() == [
        Finding(Fault.ROW_SWAPPED, seal=1, row=one),
        Finding(Fault.ROW_SWAPPED, seal=1, row=other),
    ]


def test_a_row_slipped_in_afterwards_is_found(sealed, findings, committed):
    with _owner(committed) as owner:
        owner.execute(
            "INSERT INTO audit_auditevent SELECT county_id, gen_random_uuid(), at, actor_id,"
            " actor_label, action, subject_kind, subject_id, subject_label, field_classes, reason,"
            " outcome, request_id, address FROM audit_auditevent WHERE id = %s",
            [sealed[2]],
        )
        row = owner.execute(
            "SELECT id FROM audit_auditevent WHERE NOT id = ANY(%s)", [sealed]
        ).fetchone()
    assert row
    assert findings() == [Finding(Fault.ROW_LEFT_OUT, row=row[0])]


def test_a_row_taken_from_the_queue_is_found(sealed, findings, committed):
    with county_context(A):
        AuditPending.objects.filter(county_id=A).delete()  # the application itself could do this
    assert findings() == [Finding(Fault.ROW_LEFT_OUT, row=sealed[9])]


def test_a_row_removed_before_its_seal_is_found_and_stays_found(sealed, findings, committed, file):
    with _owner(committed) as owner:
        owner.execute("DELETE FROM audit_auditevent WHERE id = %s", [sealed[9]])
    expected = [Finding(Fault.QUEUED_ROW_MISSING, row=sealed[9])]
    assert findings() == expected
    _seal(file)
    assert findings() == expected


@pytest.mark.parametrize(
    ("column", "expression"),
    [
        ("head", "repeat('a', 64)"),
        ("sealed_at", "sealed_at - interval '1 day'"),
        ("event_times", "event_times[2:3] || event_times[1]"),
    ],
)
def test_an_edited_seal_is_found(sealed, findings, committed, column, expression):
    with _owner(committed) as owner:
        owner.execute(f"UPDATE audit_auditseal SET {column} = {expression} WHERE number = 2")
    found = findings()
    assert Finding(Fault.SEAL_EDITED, seal=2) in found
    assert not {each.seal for each in found} & {1}


def test_a_row_cut_off_from_the_end_of_its_seal_is_found(sealed, findings, committed):
    with _owner(committed) as owner:
        owner.execute(
            "UPDATE audit_auditseal SET event_ids = event_ids[1:2], event_times = event_times[1:2],"
            " digests = substr(digests, 1, 64) WHERE number = 3"
        )
        owner.execute("DELETE FROM audit_auditevent WHERE id = %s", [sealed[8]])
    assert findings() == [Finding(Fault.SEAL_EDITED, seal=3)]


def test_a_seal_removed_from_the_middle_is_found(sealed, findings, committed):
    with _owner(committed) as owner:
        owner.execute("DELETE FROM audit_auditseal WHERE number = 2")
    assert Finding(Fault.SEAL_MISSING, seal=2) in findings()


def test_only_the_anchors_know_that_the_last_seal_and_its_rows_are_gone(
    sealed, findings, committed, file, tmp_path
):
    with _owner(committed) as owner:
        owner.execute("DELETE FROM audit_auditseal WHERE number = 3")
        owner.execute("DELETE FROM audit_auditevent WHERE id = ANY(%s)", [sealed[6:9]])
    assert findings() == [Finding(Fault.SEALS_CUT_OFF, seal=3)]
    assert verify(A, anchor_file=anchor_file(tmp_path / "other"), now=NOW).ok


def test_a_chain_calculated_anew_differs_from_its_anchors(sealed, findings, committed, tmp_path):
    with _owner(committed) as owner:
        owner.execute("UPDATE audit_auditevent SET reason = '' WHERE id = %s", [sealed[8]])
        owner.execute("DELETE FROM audit_auditseal WHERE number = 3")
        owner.execute(
            "INSERT INTO audit_auditpending SELECT county_id, id, at FROM audit_auditevent"
            " WHERE id = ANY(%s)",
            [sealed[6:9]],
        )
    _seal(anchor_file(tmp_path / "forger"))
    assert findings() == [Finding(Fault.ANCHOR_DIFFERS, seal=3)]


def test_an_unreadable_anchor_is_found(sealed, findings, file):
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], lines[1][:20], lines[2]]))
    assert findings() == [Finding(Fault.ANCHOR_UNREADABLE, seal=2)]


def test_an_anchor_of_wrong_types_is_unreadable_and_stops_nothing(sealed, findings, file):
    line = {"county": A, "number": "4", "head": 1, "sealed_at": None}
    file.write_text(file.read_text() + json.dumps(line) + "\n")
    assert findings() == [Finding(Fault.ANCHOR_UNREADABLE, seal=4)]


def test_seals_without_any_anchor_are_told_once_an_anchor_is_due(sealed, file):
    file.unlink()
    assert verify(A, anchor_file=file, now=NOW + timedelta(seconds=59)).ok
    report = verify(A, anchor_file=file, now=NOW + timedelta(seconds=61))
    assert report.findings == [Finding(Fault.ANCHORS_MISSING)]


def test_the_doctor_finds_that_the_anchors_are_gone(sealed, file, tmp_path):
    assert _anchors(tmp_path).ok
    file.unlink()
    assert not _anchors(tmp_path).ok


def test_anchors_are_readable_by_their_owner_only_and_hold_no_content(sealed, file):
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.number for each in read(file) if isinstance(each, Anchor)] == [1, 2, 3]
    assert set(json.loads(file.read_text().splitlines()[0])) == {
        "county",
        "number",
        "head",
        "sealed_at",
    }


def test_a_seal_that_is_rolled_back_leaves_no_anchor(committed, file):
    _write(2)
    with pytest.raises(RuntimeError), county_context(A):  # noqa: PT012 -- the block is the subject
        assert seal_pending(anchors=file, now=NOW) == 2
        raise RuntimeError
    assert not file.exists()
    assert _seal(file) == 2


def test_each_county_has_a_chain_of_its_own(committed, file):
    _write(1)
    _write(2, county=B)
    assert (_seal(file), _seal(file, county=B)) == (1, 2)
    for county, rows in ((A, 1), (B, 2)):
        report = verify(county, anchor_file=file, now=NOW)
        assert (report.ok, report.seals, report.rows) == (True, 1, rows)


@pytest.mark.parametrize("table", ["audit_auditevent", "audit_auditseal"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_cannot_change_log_or_seals(county, table, verb):
    where = "" if "TRUNCATE" in verb else " WHERE county_id = '530128'"
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table) + where)


def test_four_sealers_at_once_make_one_chain(committed, file):
    _write(400)
    done: list[int] = []

    def work() -> None:
        try:
            while count := _seal(file, limit=17):
                done.append(count)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 400
    report = verify(A, anchor_file=file, now=NOW)
    assert report.ok
    assert (report.rows, report.seals, report.pending) == (400, len(done), 0)
    assert report.anchored == report.seals


def test_a_sealer_takes_what_commits_late(committed, file):
    """Commit order is not id order: a row with an older id may appear after a newer one's seal."""
    written, commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with county_context(A):
            record(by=Clerk(), action="test.slow")
            written.set()
            commit.wait(10)
        connections.close_all()

    thread = threading.Thread(target=slow_writer)
    thread.start()
    written.wait(10)
    _write(1)
    assert _seal(file) == 1
    commit.set()
    thread.join()
    assert _seal(file) == 1
    assert verify(A, anchor_file=file, now=NOW).ok


@pytest.mark.slow
def test_ten_thousand_rows_are_sealed_and_proven(committed, file):
    with county_context(A), connection.cursor() as cursor:
        cursor.execute(
            "WITH event AS (INSERT INTO audit_auditevent (county_id, id, at, actor_label, action,"
            " subject_kind, subject_label, field_classes, reason, outcome, request_id)"
            " SELECT %s, gen_random_uuid(), now(), '李梅', 'test.act', '', '', '{}', '', 'done',"
            " 'r' || n FROM generate_series(1, 10000) AS n RETURNING county_id, id, at)"
            " INSERT INTO audit_auditpending (county_id, id, at)"
            " SELECT county_id, id, at FROM event",
            [A],
        )
    with psycopg.connect(committed.dsn("owner"), autocommit=True) as owner:
        # As autovacuum does within a minute: statistics of empty tables make a slow plan.
        owner.execute("ANALYZE audit_auditevent, audit_auditpending")
    while _seal(file):
        pass
    report = verify(A, anchor_file=file, now=NOW)
    assert (report.ok, report.rows) == (True, 10_000)
    with county_context(A):
        assert AuditEvent.objects.filter(county_id=A).count() == 10_000
