"""Uploads become rows and files together, and leave together."""

import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from PIL import Image

from linli.access.actor import system
from linli.attachments import actions, queries
from linli.attachments.actions import UnknownAttachmentError, keep, lock_waiting, take_in
from linli.attachments.models import Attachment
from linli.attachments.processing import Sanitised
from linli.attachments.processing.isolation import _AT_ONCE
from linli.attachments.rules import OUTPUTS, Refused
from linli.audit.models import AuditEvent
from linli.database.context import county_context
from linli.jobs.attachments import sweep
from tests.conftest import A
from tests.factories.county import small_county

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(settings.ENV, "home", tmp_path)
    return tmp_path


@pytest.fixture
def worker(county):
    return small_county().worker()


def photo() -> io.BytesIO:
    target = io.BytesIO()
    Image.new("RGB", (600, 400), "green").save(target, "jpeg")
    target.seek(0)
    return target


def clean() -> Sanitised:
    return Sanitised("photo", "image/jpeg", "a.jpg", b"x" * 9, "0" * 64, 1, 1, None, b"small")


def test_an_upload_is_cleaned_kept_and_waits_for_its_case(worker):
    row = take_in(photo(), "路口.png", by=worker)
    row.refresh_from_db()
    assert (row.subject_kind, row.subject_id, row.file_name) == ("waiting", None, "路口.jpg")
    assert (row.width, row.height, row.created_by) == (600, 400, worker.id)
    assert set(actions.store().keys()) == {row.store_key, row.thumbnail_key}
    assert queries.named_keys() == {row.store_key, row.thumbnail_key}
    assert AuditEvent.objects.filter(county_id=A, action="attachment.taken_in").count() == 1


def test_a_refused_file_leaves_neither_row_nor_file(worker):
    with pytest.raises(Refused):
        take_in(io.BytesIO(b"<html>"), "a.jpg", by=worker)
    assert not Attachment.objects.exists()
    assert list(actions.store().keys()) == []


def test_a_row_that_cannot_be_written_takes_its_files_along(db, settings):
    longest = Attachment._meta.get_field("media_type").max_length
    too_long = Sanitised("photo", "m" * (longest + 1), "a.jpg", b"x", "0" * 64, 1, 1, None, b"s")
    with pytest.raises(DatabaseError), county_context(A):
        keep(too_long, by=system())
    assert list(actions.store().keys()) == []


def test_a_full_house_says_try_again(worker, monkeypatch):
    monkeypatch.setattr("linli.attachments.processing.isolation.WAIT_SECONDS", 0.01)
    with _AT_ONCE, _AT_ONCE, pytest.raises(Refused) as refused:
        take_in(photo(), "a.jpg", by=worker)
    assert refused.value.code == "busy"


def test_only_the_uploader_may_give_a_file_away(worker):
    row = keep(clean(), by=worker)
    lock_waiting([row.pk], by=worker)
    with pytest.raises(UnknownAttachmentError):
        lock_waiting([row.pk], by=system())


def test_uploads_that_nobody_adopted_leave_with_their_files(db, django_capture_on_commit_callbacks):
    with county_context(A):
        old, fresh = keep(clean(), by=system()), keep(clean(), by=system())
        used = keep(clean(), by=system())
        for row, age in ((old, 49), (used, 49), (fresh, 47)):
            row.created_at = NOW - timedelta(hours=age)
            row.subject_kind = "incident" if row is used else "waiting"
            row.save()
    with django_capture_on_commit_callbacks(execute=True):
        late, _lost = sweep(NOW)
    assert late == 1
    with county_context(A):
        assert set(Attachment.objects.values_list("pk", flat=True)) == {fresh.pk, used.pk}
    kept = set(actions.store().keys())
    assert old.store_key not in kept
    assert {fresh.store_key, used.thumbnail_key} <= kept


def test_files_without_a_row_are_removed_after_a_day(db):
    with county_context(A):
        named = keep(clean(), by=system())
    store = actions.store()
    old, young = store.put([b"lost"]), store.put([b"just written"])
    day = timedelta(hours=25).total_seconds()
    for key in (old, named.store_key, named.thumbnail_key):
        path = store._path(key)
        os.utime(path, (path.stat().st_atime - day, path.stat().st_mtime - day))
    with county_context(A):
        Attachment.objects.filter(pk=named.pk).update(created_at=datetime.now(tz=UTC))
    _late, lost = sweep(datetime.now(tz=UTC))
    assert lost == 1
    assert set(store.keys()) == {young, named.store_key, named.thumbnail_key}


def test_every_kind_of_clean_file_fits_its_row():
    longest = Attachment._meta.get_field("media_type").max_length
    assert max(len(one.media_type) for one in OUTPUTS.values()) <= longest
