from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.audit import sealing
from linli.audit.models import AuditEvent

AT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)


def _row(**changed: Any) -> list[Any]:
    row = {
        "county_id": "530128",
        "id": UUID(int=1),
        "at": AT,
        "actor_id": UUID(int=2),
        "actor_label": "李梅",
        "action": "incident.close",
        "subject_kind": "incident",
        "subject_id": UUID(int=3),
        "subject_label": "LQ-2026-000001",
        "field_classes": ["contact"],
        "reason": "回访满意",
        "outcome": "done",
        "request_id": "r1",
        "address": "10.0.0.1",
    }
    return [(row | changed)[name] for name in sealing.FIELDS]


def test_the_digest_covers_every_column_of_the_table():
    assert set(sealing.FIELDS) == {field.attname for field in AuditEvent._meta.concrete_fields}


@pytest.mark.parametrize("name", sealing.FIELDS)
def test_changing_any_column_changes_the_digest(name):
    other = {
        "at": AT + timedelta(microseconds=1),
        "field_classes": ["contact", "text"],
        "id": UUID(int=9),
    }
    assert sealing.digest(_row()) != sealing.digest(_row(**{name: other.get(name, "x")}))


def test_the_digest_does_not_depend_on_the_zone_in_which_a_time_is_written():
    shanghai = datetime.fromisoformat("2026-03-01T16:30:00.123456+08:00")
    assert sealing.digest(_row()) == sealing.digest(_row(at=shanghai))


@given(st.text(max_size=20), st.text(max_size=20))
def test_text_cannot_move_from_one_column_into_the_next(first, second):
    moved = _row(subject_kind=first + second, subject_label="")
    kept = _row(subject_kind=first, subject_label=second)
    assert (sealing.digest(moved) == sealing.digest(kept)) == (second == "")


@given(st.permutations(range(4)), st.integers(1, 3))
def test_the_head_depends_on_order_and_number_of_rows(order, length):
    rows = [_row(id=UUID(int=10 + index)) for index in range(4)]
    straight = sealing.link("530128", 1, AT, rows)
    shuffled = sealing.link("530128", 1, AT, [rows[index] for index in order])
    shorter = sealing.link("530128", 1, AT, rows[:length])
    head = sealing.head(sealing.FIRST, straight)
    assert (sealing.head(sealing.FIRST, shuffled) == head) == (list(order) == [0, 1, 2, 3])
    assert sealing.head(sealing.FIRST, shorter) != head


def test_every_head_depends_on_the_one_before():
    link = sealing.link("530128", 2, AT, [_row()])
    assert sealing.head(sealing.FIRST, link) != sealing.head("1" * 64, link)


def test_packed_digests_come_apart_again():
    link = sealing.link("530128", 1, AT, [_row(), _row(id=UUID(int=5))])
    assert sealing.digests_of(link.digests) == [
        sealing.digest(_row()),
        sealing.digest(_row(id=UUID(int=5))),
    ]
