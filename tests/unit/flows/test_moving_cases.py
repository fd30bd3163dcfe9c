"""Open cases under another version: looked at, then moved in batches, each with its entry."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from linli.access.actor import Actor, PermissionRefusedError
from linli.accounts.enums import Role
from linli.audit.models import AuditEvent
from linli.casework import definitions
from linli.casework.models import ProcessMove, ProcessVersion
from linli.casework.rules import NO_REASON
from linli.counties.tenancy import new
from linli.database.context import county_context
from linli.flows import moving
from linli.flows.processes import shipped
from linli.flows.replaying import replay_county
from linli.incidents import references
from linli.incidents.actions import Conflict, take_step
from linli.incidents.actions.moving import Choice
from linli.incidents.enums import EventKind
from linli.incidents.models import Category, Incident, IncidentEvent, IncidentTask
from linli.lib.errors import InputError
from linli.notifications.models import Notice
from linli.processes.editing import Change, Drop, Revise, Shift, edit
from linli.processes.reading import read, write
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.steps import dispatched, handled_by, reported, step

KEY = "incident"
ALL = Choice()
FASTER = Revise(("clocks", "handle"), {"by_severity": {
    "general": "5 working days", "considerable": "4 working days", "major": "2 working days",
    "critical": "12 hours",
}})  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_remembered():
    """Versions of another test have the same numbers."""
    definitions.forget()
    yield
    definitions.forget()


@pytest.fixture
def small(county) -> Small:
    return small_county()


@pytest.fixture
def leader(small) -> Actor:
    return small.staff(Role.LEADER)


def handled(small: Small) -> Incident:
    """Being handled, in a category without times of its own."""
    Category.objects.filter(pk=small.category().pk).update(deadlines={})
    references.forget()
    return step(dispatched(small, small.water), "sign_for", small.handler())


def published(number: int, *changes: Change) -> int:
    """The shipped document with changes, as a later version."""
    document = edit(read(shipped(KEY)), changes).document | {"version": number}
    row = new(ProcessVersion, process=KEY, version=number, document=write(document),
              published_at=timezone.now())  # fmt: skip
    row.save(force_insert=True)
    definitions.forget()
    return number


def move(to: int, leader: Actor, choice: Choice = ALL, reason: str = "统一时限") -> ProcessMove:
    row = moving.ask(KEY, to, choice, reason=reason, by=leader)
    done = moving.run(A, row.pk)
    assert done is not None
    return done


def test_a_deadline_follows_and_the_timeline_says_so(small, leader, county):
    incident = handled(small)
    old = incident.due_at
    row = move(published(2, FASTER), leader)
    incident.refresh_from_db()
    assert (row.moved, row.refused, row.finished_at is not None) == (1, 0, True)
    assert incident.process_version == 2
    assert incident.due_at < old
    line = IncidentEvent.objects.filter(incident=incident).order_by("case_version").last()
    assert (line.kind, line.reason, line.actor_label) == (
        EventKind.PROCESS_CHANGED, "统一时限", leader.label,
    )  # fmt: skip
    assert (line.process_version, line.case_version) == (2, incident.version)
    assert line.data["process"] == {"from": 1, "to": 2}
    assert line.data["due"]["from"] == old.isoformat()
    assert line.data["clocks"][0]["clock"] == "handle"
    assert IncidentTask.objects.get(incident=incident).due_at == incident.due_at
    assert incident.next_rung_at is not None
    told = Notice.objects.get(subject_id=incident.pk, message="unit.process_changed")
    assert told.unit_id == small.water.pk
    assert AuditEvent.objects.filter(county_id=A, action="incident.process_changed").count() == 1
    assert replay_county(county).violations == []


def test_a_case_goes_on_under_the_new_version_and_its_history_stays_sound(small, leader, county):
    handler = small.handler()
    incident = dispatched(small, small.water)
    new_step = Revise(("transitions", "look"), {
        "label": {"zh": "现场查看", "en": "Look"}, "kind": "note", "from": ["handling"],
        "by": [{"permission": "incident.handle", "relation": ["lead_unit"]}],
        "fields": {"text": True},
    })  # fmt: skip
    move(published(2, new_step, Drop(("transitions", "recall"))), leader)
    incident = step(incident, "sign_for", handler)
    incident = step(incident, "look", handler, text="看过了")
    assert incident.process_version == 2
    assert replay_county(county).violations == []
    assert [one.process_version for one in IncidentEvent.objects.filter(incident=incident).order_by(
        "case_version")] == [1, 1, 1, 2, 2, 2]  # fmt: skip


def test_a_doctored_history_is_still_found_after_a_move(small, leader, county):
    """`look` exists under version 2 only: taken before the move it is wrong."""
    incident = dispatched(small, small.water)
    move(published(2, Drop(("transitions", "recall"))), leader)
    last = IncidentEvent.objects.filter(incident=incident).order_by("case_version").last()
    IncidentEvent.objects.create(
        incident=incident, kind="recall", case_version=last.case_version + 1, process_version=2,
        calendar_version=1, from_state="dispatched", to_state="accepted",
        recorded_at=last.recorded_at, occurred_at=last.occurred_at,
    )  # fmt: skip
    codes = [one.code for one in replay_county(county).violations]
    assert "unknown_transition" in codes


def test_the_report_says_what_would_change_and_writes_nothing(small, leader):
    quick = handled(small)
    waiting = reported(small)
    handed = handled_by(small, small.handler(), small.water)
    to = published(2, FASTER, Drop(("transitions", "recall")))
    report = moving.preview(KEY, to, ALL, by=leader)
    assert (report.total, report.earlier, report.later, report.refused) == (3, 1, 0, 0)
    assert report.same == 2
    assert report.by_version == {1: 3}
    first = report.shown[0]
    assert first.incident.pk == quick.pk
    assert first.moved.due_at < first.incident.due_at
    assert report.steps[1, "handling"].lost == ("recall",)
    assert {one.incident.pk for one in report.shown} == {quick.pk, waiting.pk, handed.pk}
    assert not Incident.objects.exclude(process_version=1).exists()


def test_a_state_that_is_gone_stays_behind_and_is_counted(small, leader):
    returned = step(dispatched(small, small.water), "return", small.handler(), reason="不归我们")
    other = reported(small)
    to = published(
        2, Drop(("states", "returned")), Drop(("transitions", "return")),
        Drop(("transitions", "return_again")), Drop(("transitions", "rule")),
    )  # fmt: skip
    report = moving.preview(KEY, to, ALL, by=leader)
    (refused,) = [one for one in report.shown if one.refused]
    assert (refused.incident.pk, refused.refused.code) == (returned.pk, "state_gone")
    row = move(to, leader)
    assert (row.moved, row.refused) == (1, 1)
    assert Incident.objects.get(pk=returned.pk).process_version == 1
    assert Incident.objects.get(pk=other.pk).process_version == 2


def test_only_the_chosen_states_and_units_move(small, leader):
    mine = dispatched(small, small.water)
    theirs = dispatched(small, small.roads)
    waiting = reported(small)
    to = published(2, FASTER)
    row = move(to, leader, Choice(states=("dispatched",), units=(small.water.pk,)))
    assert row.moved == 1
    moved = Incident.objects.filter(process_version=2)
    assert [one.pk for one in moved] == [mine.pk]
    move(to, leader, Choice(units=(small.platform.pk,)))
    assert {one.pk for one in moved.all()} == {mine.pk, theirs.pk, waiting.pk}


def test_closed_cases_stay_under_theirs(small, leader):
    done = step(reported(small), "settle", small.township_operator(), result="已处理")
    reported(small)
    assert move(published(2, FASTER), leader).moved == 1
    assert Incident.objects.get(pk=done.pk).process_version == 1


def test_a_job_that_was_stopped_goes_on_and_a_second_run_does_nothing(small, leader, monkeypatch):
    monkeypatch.setattr(moving, "AT_ONCE", 2)
    for _ in range(5):
        reported(small)
    row = moving.ask(KEY, published(2, FASTER), ALL, reason="x", by=leader)
    with county_context(A):
        assert moving._batch(ProcessMove.objects.get(pk=row.pk))
    assert Incident.objects.filter(process_version=2).count() == 2
    done = moving.run(A, row.pk)
    assert (done.moved, done.finished_at is not None) == (5, True)
    again = moving.run(A, row.pk)
    assert again.moved == 5
    assert IncidentEvent.objects.filter(kind=EventKind.PROCESS_CHANGED).count() == 5


def test_moving_back_is_moving_too(small, leader, county):
    incident = handled(small)
    due = incident.due_at
    move(published(2, FASTER), leader)
    incident.refresh_from_db()
    assert incident.due_at < due
    move(1, leader)
    incident.refresh_from_db()
    assert (incident.process_version, incident.due_at) == (1, due)
    assert replay_county(county).violations == []


def test_a_rules_own_time_is_that_of_the_new_version(small, leader):
    """A case that was dispatched by a rule keeps counting by that rule."""
    rule = {"label": {"zh": "水", "en": "Water"}, "lead": {"unit": "water"}}
    first = published(
        2, Revise(("routing", "water"), rule | {"handle": "2 working days"}),
        Shift(("routing", "water"), -9),
    )  # fmt: skip
    operator = small.township_operator()
    incident = step(reported(small, operator), "accept", operator)
    document = ProcessVersion.objects.get(process=KEY, version=first).document
    faster = edit(read(document), [Revise(("routing", "water"), {"handle": "1 working day"})])
    new(ProcessVersion, process=KEY, version=3, document=write(faster.document | {"version": 3}),
        published_at=timezone.now()).save(force_insert=True)  # fmt: skip
    incident = step(incident, "dispatch", operator, unit=str(small.water.pk))
    line = IncidentEvent.objects.get(incident=incident, kind="dispatch")
    assert (incident.process_version, line.data["rule"]) == (2, "water")
    before = IncidentTask.objects.get(incident=incident).due_at
    move(3, leader)
    after = IncidentTask.objects.get(incident=incident).due_at
    assert timedelta() < before - after < timedelta(days=4)


def test_a_step_of_somebody_who_saw_the_case_before_is_a_conflict(small, leader):
    incident = reported(small)
    move(published(2, FASTER), leader)
    with pytest.raises(Conflict) as conflict:
        take_step(incident.pk, "accept", {}, version=1, by=small.township_operator())
    assert [one.kind for one in conflict.value.since] == [EventKind.PROCESS_CHANGED]


def test_who_may_not_approve_moves_nothing(small):
    for by in (small.dispatcher(), small.township_operator()):
        with pytest.raises(PermissionRefusedError):
            moving.preview(KEY, 1, ALL, by=by)
        with pytest.raises(PermissionRefusedError):
            moving.ask(KEY, 1, ALL, reason="x", by=by)


def test_a_move_needs_a_reason_a_version_and_cases(small, leader):
    reported(small)
    with pytest.raises(InputError) as refused:
        moving.ask(KEY, 9, ALL, reason="x", by=leader)
    assert refused.value.message == moving.NO_VERSION
    to = published(2, FASTER)
    with pytest.raises(InputError) as refused:
        moving.ask(KEY, to, ALL, reason=" ", by=leader)
    assert refused.value.message == NO_REASON
    with pytest.raises(InputError) as refused:
        moving.ask(KEY, 1, ALL, reason="x", by=leader)
    assert refused.value.message == moving.NONE_CHOSEN
    assert moving.run(A, uuid4()) is None
