"""Every model is aged: what its declaration says happens, on time and not a day sooner."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import models

from linli.attachments.store import FileStore
from linli.audit.models import AuditEvent
from linli.counties.queries import county_codes
from linli.database.context import county_context
from linli.flows import retention
from linli.incidents.models import Incident, IncidentPlace, IncidentText
from tests.architecture.checks.models import ours
from tests.conftest import A, B
from tests.factories.rows import make

TODAY = date(2040, 6, 15)
LABELS = {model._meta.label: model for model in ours()}
TIMED = sorted(label for label, model in LABELS.items() if model.retention.days is not None)
KEPT = sorted(set(LABELS) - set(TIMED))

# What else must be true of a row that is old enough.
AGED: dict[str, dict[str, Any]] = {
    "incidents.Incident": {"is_open": False, "opened_at": datetime(2000, 1, 1, tzinfo=UTC)},
    "accounts.Membership": {"valid_from": date(2000, 1, 1)},
    "accounts.RoleRequest": {"granted": False},
    "accounts.GridAssignment": {"valid_from": date(2000, 1, 1)},
}


def _aged(label: str, days: int) -> models.Model:
    """A saved row whose anchor lies so many days before TODAY."""
    model = LABELS[label]
    day = TODAY - timedelta(days=days)
    anchor = model._meta.get_field(model.retention.anchor)
    timed = isinstance(anchor, models.DateTimeField)
    at = datetime.combine(day, time(12), tzinfo=UTC) if timed else day
    extra = {anchor.name: at} | AGED.get(label, {})
    row = make(model, **extra, **{name: _content(model, name) for name in model.retention.blank})
    if getattr(anchor, "auto_now_add", False):
        _same(row).update(**{anchor.name: at})
    return row


def _content(model: type[models.Model], name: str) -> Any:
    field = model._meta.get_field(name)
    return "a@example.cn" if isinstance(field, models.EmailField) else "内容"


def _same(row: models.Model) -> Any:
    rows = type(row)._base_manager.filter(pk=row.pk)
    return rows.filter(county_id=row.county_id) if hasattr(row, "county_id") else rows


def _values(row: models.Model) -> list[Any]:
    return [getattr(_same(row).get(), name) for name in type(row).retention.blank]


@pytest.mark.parametrize("label", TIMED)
def test_a_row_goes_when_its_time_is_over_and_not_sooner(db, label):
    model = LABELS[label]
    with county_context(A):
        old, young = _aged(label, model.retention.days + 2), _aged(label, model.retention.days - 2)
        before = _values(young)
    report = retention.run(TODAY)
    with county_context(A):
        assert _same(young).exists()
        assert _values(young) == before
        if model.retention.blank:
            assert not any(_values(old))
            assert all(before)
        else:
            assert not _same(old).exists()
        done = [each for each in report.done if each.model == label and each.county == A]
        assert [(each.rows, each.held) for each in done] == [(1, 0)]
        rows = AuditEvent.objects.filter(
            county_id=A, subject_label=label, action=f"retention.{model.retention.disposal}"
        )
        assert [row.reason.split(",")[0] for row in rows] == ["1 rows"]


def test_what_is_kept_stays_for_ever(db):
    with county_context(A):
        rows = [make(LABELS[label]) for label in KEPT if label != "counties.County"]
    retention.run(date(2999, 1, 1))
    with county_context(A):
        assert [row for row in rows if not _same(row).exists()] == []
    assert county_codes() == [A, B]


def test_a_second_run_on_the_same_day_finds_nothing_to_do(db):
    with county_context(A):
        _aged("incidents.Incident", 4000)
        _aged("accounts.UploadedList", 10)
    assert retention.run(TODAY).rows == 2
    assert retention.run(TODAY).rows == 0


def test_every_county_is_visited_and_each_has_its_own_audit_row(db):
    for county in (A, B):
        with county_context(county):
            _aged("incidents.ReporterContact", 400)
    report = retention.run(TODAY)
    assert {each.county for each in report.done if each.model == "incidents.ReporterContact"} == {
        A,
        B,
    }
    for county in (A, B):
        with county_context(county):
            rows = AuditEvent.objects.filter(county_id=county, action="retention.delete")
            assert rows.filter(subject_label="incidents.ReporterContact").count() == 1


def test_more_rows_than_a_batch_are_all_removed(db, monkeypatch):
    monkeypatch.setattr("linli.counties.disposal.BATCH", 3)
    with county_context(A):
        for _ in range(8):
            _aged("casework.IdempotencyKey", 30)
    assert [each.rows for each in retention.run(TODAY).done] == [8]


def test_a_row_that_others_still_need_is_held_and_reported(db):
    with county_context(A):
        member = _aged("accounts.Membership", 4000)
        stays = make(LABELS["accounts.GridAssignment"], membership=member)
    report = retention.run(TODAY)
    held = {each.model: each.held for each in report.done if each.held}
    assert held == {"accounts.Membership": 1}
    with county_context(A):
        assert _same(member).exists()
        assert _same(stays).exists()


def test_a_row_and_what_points_at_it_go_together_when_both_are_due(db):
    with county_context(A):
        member = _aged("accounts.Membership", 4000)
        assignment = _aged("accounts.GridAssignment", 4000)
        _same(assignment).update(membership=member)
    retention.run(TODAY)
    with county_context(A):
        assert not _same(member).exists()


def test_an_open_incident_never_becomes_due(db):
    with county_context(A):
        incident = make(Incident, text="很久以前", opened_at=datetime(1990, 1, 1, tzinfo=UTC))
    retention.run(TODAY)
    with county_context(A):
        assert _values(incident)[1] == "很久以前"


def test_a_blanked_incident_is_no_longer_found_by_its_words(db):
    with county_context(A):
        incident = _aged("incidents.Incident", 4000)
        make(IncidentText, id=incident.pk)
        make(IncidentPlace, incident=incident, place_text="村口")
    retention.run(TODAY)
    with county_context(A):
        assert not IncidentText.objects.filter(pk=incident.pk).exists()
        assert IncidentPlace.objects.get(incident=incident).place_text == ""


def test_the_files_of_old_attachments_go_after_the_commit(
    db, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.ENV = settings.ENV.model_copy(update={"home": tmp_path})
    store = FileStore(tmp_path / "attachments")
    with county_context(A):
        keys = {}
        for name, days in (("old", 4000), ("young", 10)):
            row = _aged("attachments.Attachment", days)
            keys[name] = store.put([name.encode()])
            _same(row).update(store_key=keys[name], thumbnail_key="")
    with django_capture_on_commit_callbacks(execute=True):
        retention.run(TODAY)
    assert list(store.keys()) == [keys["young"]]
