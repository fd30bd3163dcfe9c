"""Whoever takes it first has it; the others hear who that is."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.access.actor import PermissionRefusedError, system
from linli.database.context import county_context
from linli.incidents.actions.emergencies import (
    Taken,
    climb_if_due,
    end_emergency,
    raise_emergency,
    take_emergency,
)
from linli.incidents.models import Emergency, EmergencyCall, Incident, IncidentEvent
from linli.incidents.rules import Invalid
from tests.api.test_concurrency import together
from tests.conftest import A
from tests.factories.county import Small, small_county
from tests.factories.duty import OnDuty, round_the_clock
from tests.factories.steps import reported


@pytest.fixture
def small(county) -> Small:
    return small_county()


@pytest.fixture
def duty(small) -> OnDuty:
    return round_the_clock(small)


@pytest.fixture
def emergency(small, duty) -> Emergency:
    return raise_emergency(reported(small).pk, by=small.worker())


def test_one_click_takes_it_and_nobody_else_is_alerted(small, duty, emergency):
    take_emergency(emergency.pk, by=duty.officer)
    row = Emergency.objects.get()
    assert (row.taken_by, row.rung_due_at) == (duty.officer.id, None)
    later = timezone.now() + timedelta(hours=1)
    assert not climb_if_due(emergency.pk, by=system(), now=later)
    last = IncidentEvent.objects.order_by("case_version").last()
    assert (last.kind, last.actor_id) == ("take_emergency", duty.officer.id)


def test_the_second_hears_who_was_faster(duty, emergency):
    take_emergency(emergency.pk, by=duty.officer)
    with pytest.raises(Taken) as taken:
        take_emergency(emergency.pk, by=duty.deputy)
    assert taken.value.by == duty.officer.label
    assert take_emergency(emergency.pk, by=duty.officer).pk == emergency.pk, "twice is no error"


def test_whoever_was_alerted_before_may_still_take_it(duty, emergency):
    climb_if_due(emergency.pk, by=system(), now=timezone.now() + timedelta(minutes=6))
    take_emergency(emergency.pk, by=duty.officer)


def test_a_leader_takes_it_when_alerted_and_not_before(duty, emergency):
    with pytest.raises(PermissionRefusedError):
        take_emergency(emergency.pk, by=duty.leader)
    now = timezone.now()
    for minutes in (6, 12):
        climb_if_due(emergency.pk, by=system(), now=now + timedelta(minutes=minutes))
    take_emergency(emergency.pk, by=duty.leader)


def test_who_has_nothing_to_do_with_it_may_not_take_it(small, emergency):
    for actor in (small.worker(), small.handler(), small.verifier()):
        with pytest.raises(PermissionRefusedError):
            take_emergency(emergency.pk, by=actor)


def test_the_county_takes_the_case_with_it_to_be_able_to_dispatch(small, duty, emergency):
    take_emergency(emergency.pk, by=duty.centre_officer)
    incident = Incident.objects.get()
    assert (incident.platform, incident.platform_unit_id) == ("county", small.centre.pk)
    last = IncidentEvent.objects.order_by("case_version").last()
    assert last.data["centre"]["from"]["name"] == small.platform.name


def test_it_is_over_once_and_with_a_reason(small, duty, emergency):
    take_emergency(emergency.pk, by=duty.officer)
    with pytest.raises(Invalid, match="reason: text_empty"):
        end_emergency(emergency.pk, by=duty.officer, reason=" ")
    with pytest.raises(PermissionRefusedError):
        end_emergency(emergency.pk, by=small.worker(), reason="水退了")
    end_emergency(emergency.pk, by=duty.deputy, reason="水退了")
    with pytest.raises(Invalid, match="no_emergency"):
        end_emergency(emergency.pk, by=duty.officer, reason="水退了")
    assert EmergencyCall.objects.filter(closed_at__isnull=True).count() == 0
    again = raise_emergency(Incident.objects.get().pk, by=duty.officer)
    assert again.pk != emergency.pk


@pytest.mark.slow
def test_of_eight_who_take_it_at_once_one_has_it_and_the_rung_does_not_climb(committed):
    """Real threads, real commits, and the clock among them."""
    with county_context(A):
        small = small_county()
        duty = round_the_clock(small)
        others = [small.township_operator() for _ in range(5)]
        emergency = raise_emergency(reported(small).pk, by=small.worker())
    takers = [duty.officer, duty.deputy, *others]
    late = timezone.now() + timedelta(minutes=6)

    def act(number: int) -> str:
        with county_context(A):
            if number == len(takers):
                return f"climbed {climb_if_due(emergency.pk, by=system(), now=late)}"
            try:
                take_emergency(emergency.pk, by=takers[number])
            except Taken as taken:
                return f"after {taken.by}"
            return "took"

    answers = Counter(together(len(takers) + 1, act))
    assert answers["took"] == 1
    with county_context(A):
        row = Emergency.objects.get()
        winner = next(one.label for one in takers if one.id == row.taken_by)
        assert answers[f"after {winner}"] == len(takers) - 1
        assert row.rung_due_at is None
        assert IncidentEvent.objects.filter(kind="take_emergency").count() == 1
        assert EmergencyCall.objects.filter(closed_at__isnull=True).count() == 0
        versions = IncidentEvent.objects.order_by("case_version").values_list("case_version")
        assert [version for (version,) in versions] == list(range(1, len(versions) + 1))


@pytest.mark.slow
def test_of_eight_who_raise_it_at_once_there_is_one(committed):
    with county_context(A):
        small = small_county()
        round_the_clock(small)
        incident = reported(small)
        raisers = [small.township_operator() for _ in range(8)]

    def act(number: int) -> object:
        with county_context(A):
            return raise_emergency(incident.pk, by=raisers[number]).pk

    assert len(set(together(8, act))) == 1
    with county_context(A):
        assert EmergencyCall.objects.count() == 1
