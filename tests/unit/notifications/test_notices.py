"""Who is told about a step, and what a notice may carry."""

import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from linli.access.actor import Actor
from linli.casework.definitions import newest_process
from linli.database.batch import Batch
from linli.incidents.actions import take_step
from linli.incidents.models import Incident
from linli.incidents.notices import WORDS, words
from linli.lib.ids import uuid7
from linli.notifications import actions, queries
from linli.notifications.actions import Word
from linli.notifications.models import Notice
from linli.processes import Effect, Refused
from tests.factories.county import Small, small_county
from tests.factories.steps import attached, dispatched, handled_by, reported, step

AUDIENCE = {
    Effect.TELL_UNIT: "unit",
    Effect.TELL_PLATFORM: "platform",
    Effect.TELL_COUNTY: "county",
    Effect.TELL_REPORTER: "reporter",
}


@pytest.fixture
def small(county) -> Small:
    return small_county()


def _told(actor: Actor) -> list[str]:
    return [one.message for one in queries.newest(actor)]


def test_a_report_is_told_to_the_platform_and_not_to_its_reporter(small):
    worker = small.worker()
    incident = reported(small, worker)
    operator = small.township_operator()
    (notice,) = queries.newest(operator)
    assert (notice.message, notice.unit_id) == ("platform.report", small.platform.pk)
    assert (notice.subject_id, notice.subject_label) == (incident.pk, incident.number)
    assert _told(worker) == []
    assert _told(small.dispatcher()) == []


def test_a_notice_carries_nothing_of_the_matter(small):
    incident = reported(small, small.worker(), text="张三家的水管破裂")
    row = Notice.objects.values().get(subject_id=incident.pk)
    assert row["params"] == {}
    assert "张三" not in json.dumps({name: str(value) for name, value in row.items()})


def test_a_dispatch_is_told_to_the_lead_unit_and_its_co_handlers(small):
    operator = small.township_operator()
    incident = step(reported(small), "accept", operator)
    units = {"unit": str(small.water.pk), "co_units": [str(small.roads.pk)]}
    step(incident, "dispatch", operator, **units)
    for unit in (small.water, small.roads):
        assert _told(small.handler(unit)) == ["unit.dispatch"]
    step(incident, "recall", operator, reason="派错单位")
    for unit in (small.water, small.roads):
        assert _told(small.handler(unit)) == ["unit.recall", "unit.dispatch"]


def test_the_member_of_staff_who_reported_is_told_how_it_goes_on(small):
    worker, operator = small.worker(), small.township_operator()
    step(reported(small, worker), "accept", operator)
    (notice,) = queries.newest(worker)
    assert (notice.message, notice.user_id) == ("reporter.accept", worker.id)
    assert _told(small.worker()) == []


def test_whoever_reported_a_duplicate_is_told_of_the_end_of_the_main_case(small):
    first, second, operator = small.worker(), small.worker(), small.township_operator()
    handler = small.handler()
    duplicate = reported(small, second)
    main = handled_by(small, handler, small.water, operator=operator)
    step(duplicate, "merge", operator, duplicate_of=str(main.pk))
    fields = {"verification_kind": main.verification, "outcome": "solved"}
    step(main, "verify_pass", operator, **fields)
    assert _told(second) == ["reporter.verify_pass", "reporter.merge"]
    assert _told(first) == []


def test_nobody_is_told_what_their_own_unit_did(small):
    operator = small.township_operator()
    reported(small, operator)
    assert not Notice.objects.exists()


def test_a_unit_is_told_once_of_a_step_that_concerns_it_twice(small):
    """The platform handles it itself; an urge goes to the unit and to the platform."""
    operator, leader = small.township_operator(), small.staff("leader", unit=small.centre)
    incident = dispatched(small, small.platform, operator)
    step(incident, "urge", leader, text="请抓紧")
    assert Notice.objects.filter(unit=small.platform, message__endswith=".urge").count() == 1


def test_a_verification_in_the_countys_queue_is_told_to_the_county(small):
    handler = small.staff("unit_handler", unit=small.platform, area=small.township)
    incident = step(dispatched(small, small.platform), "sign_for", handler)
    step(incident, "hand_in", handler, result="好了", evidence=attached(handler))
    assert "verifier.hand_in" in _told(small.verifier())


def test_a_second_return_is_told_to_the_county(small):
    operator, handler = small.township_operator(), small.handler()
    incident = step(dispatched(small, small.water, operator), "return", handler, reason="非职责")
    incident = step(incident, "dispatch", operator, unit=str(small.water.pk))
    step(incident, "return_again", handler, reason="仍非职责")
    assert _told(small.dispatcher()) == ["county.return_again"]


def test_whoever_takes_a_step_has_read_what_was_told_before(small):
    reporter, operator = small.worker(), small.township_operator()
    colleague = small.township_operator()
    incident, other = reported(small, reporter), reported(small, reporter)
    assert len(_told(colleague)) == 2
    step(incident, "accept", operator)
    (left,) = queries.newest(colleague)
    assert left.subject_id == other.pk
    assert _told(reporter) == ["reporter.accept"]


def test_one_member_reads_for_the_unit_and_nobody_for_others(small):
    reported(small), reported(small)
    first, second = small.township_operator(), small.township_operator()
    stranger = small.handler()
    notice = queries.newest(first)[0]
    assert actions.mark_read(by=stranger, notice_id=notice.pk) == 0
    assert actions.mark_read(by=stranger) == 0
    assert actions.mark_read(by=first, notice_id=notice.pk) == 1
    assert queries.unread_count(second) == 1
    assert actions.mark_read(by=second) == 1
    assert queries.unread_count(first) == 0


def test_the_count_stops_at_a_hundred(small):
    operator = small.township_operator()
    batch = Batch()
    words_ = [Word("platform.report", unit=small.platform.pk)] * 120
    actions.tell(words_, subject=("incident", uuid7(), "1"), at=timezone.now(), batch=batch)
    batch.send()
    assert queries.unread_count(operator) == 100
    assert len(queries.newest(operator)) == queries.SHOWN


def test_a_notice_has_one_recipient(small):
    for recipients in ({}, {"unit": small.water, "user_id": small.worker().id}):
        with pytest.raises(IntegrityError, match="one_recipient"), transaction.atomic():
            Notice.objects.create(
                subject_kind="incident",
                subject_id=uuid7(),
                subject_label="1",
                message="unit.urge",
                created_at=timezone.now(),
                **recipients,
            )


def test_telling_costs_no_round_trip_of_its_own(small):
    """However many are told: as many statements as a step that tells nobody."""
    operator, leader = small.township_operator(), small.staff("leader", unit=small.centre)
    incident = dispatched(small, small.water, operator)

    def round_trips(key: str, by: Actor) -> int:
        with CaptureQueriesContext(connection) as captured:
            take_step(incident.pk, key, {"text": "x"}, version=None, by=by)
        return len(captured)

    round_trips("comment", operator)
    silent = round_trips("comment", operator)
    before = Notice.objects.count()
    assert round_trips("urge", leader) == silent
    assert Notice.objects.count() == before + 2


def test_a_refused_step_tells_nobody(small):
    operator = small.township_operator()
    incident = reported(small)
    before = Notice.objects.count()
    with pytest.raises(Refused):
        step(incident, "dispatch", operator, unit=str(small.water.pk))
    assert Notice.objects.count() == before


def test_every_step_that_tells_somebody_has_words_in_both_languages(small):
    for one in newest_process("incident").transitions.values():
        for effect in one.effects:
            if effect in AUDIENCE:
                message = f"{AUDIENCE[effect]}.{one.key}"
                assert message in WORDS
                with translation.override("zh-hans"):
                    chinese = words(message)
                with translation.override("en"):
                    assert words(message) != chinese


def test_a_step_that_a_county_added_has_plain_words():
    with translation.override("en"):
        assert words("unit.something_new") == str(WORDS["unit"])


def test_the_list_reads_no_more_than_its_page(small, django_assert_max_num_queries):
    operator = small.township_operator()
    for _ in range(3):
        reported(small)
    with django_assert_max_num_queries(1):
        assert len(queries.newest(operator)) == 3
    assert Incident.objects.count() == 3
