"""The words of a timeline go with its case; nothing else changes them, and nothing sooner."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from linli.audit.models import AuditEvent
from linli.database.context import county_context
from linli.flows import retention
from linli.incidents.models import Incident, IncidentEvent
from tests.conftest import A, B
from tests.factories.rows import make

LONG_AGO = datetime(2008, 5, 12, 6, tzinfo=UTC)


def _case(closed_at: datetime | None) -> Incident:
    """A case with two entries, closed when the test says."""
    incident = make(
        Incident,
        opened_at=LONG_AGO,
        closed_at=closed_at,
        is_open=closed_at is None,
        text="水管破裂",
    )
    for version in (1, 2):
        make(
            IncidentEvent,
            incident=incident,
            recorded_at=LONG_AGO + timedelta(hours=version),
            case_version=version,
            kind="comment",
            reason="某人来电",
            actor_label="王强",
            data={"fields": {"text": "x"}},
        )
    return incident


def _lines(incident: Incident) -> list[tuple[object, ...]]:
    rows = IncidentEvent.objects.filter(incident=incident).order_by("case_version")
    return list(rows.values_list("reason", "actor_label", "data"))


def _forget(*incidents: Incident) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT incidents_forget_timeline(%s)", [[one.pk for one in incidents]])
        return int(cursor.fetchone()[0])


WRITTEN = [("某人来电", "王强", {"fields": {"text": "x"}})] * 2


def test_the_words_of_an_old_timeline_go_and_its_course_stays(db):
    with county_context(A):
        old = _case(LONG_AGO + timedelta(days=30))
        young = _case(timezone.now() - timedelta(days=3000))
        course = list(IncidentEvent.objects.filter(incident=old).values("id", "kind", "to_state"))
    retention.run(timezone.localdate())
    with county_context(A):
        assert _lines(old) == [("", "", {})] * 2
        assert course == list(
            IncidentEvent.objects.filter(incident=old).values("id", "kind", "to_state")
        )
        assert _lines(young) == WRITTEN
        row = AuditEvent.objects.get(
            county_id=A, action="retention.blank", subject_label="incidents.IncidentEvent"
        )
        assert row.reason == "2 entries of 1 cases"
        assert sorted(row.field_classes) == ["actor_label", "data", "reason"]


@pytest.mark.parametrize("days", [None, 0, 3649])
def test_the_database_itself_refuses_what_is_not_due(db, days):
    with county_context(A):
        closed_at = None if days is None else timezone.now() - timedelta(days=days)
        incident = _case(closed_at)
        assert _forget(incident) == 0
        assert _lines(incident) == WRITTEN


def test_the_timeline_of_another_county_is_out_of_reach(db):
    with county_context(A):
        old = _case(LONG_AGO + timedelta(days=30))
    with county_context(B):
        assert _forget(old) == 0
    assert _forget(old) == 0
    with county_context(A):
        assert _lines(old) == WRITTEN
        assert _forget(old) == 2


def test_the_application_changes_no_entry_by_itself(db):
    with county_context(A):
        old = _case(LONG_AGO + timedelta(days=30))
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            IncidentEvent.objects.filter(incident=old).update(reason="")
