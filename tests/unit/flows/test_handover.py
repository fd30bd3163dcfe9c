"""Open matters of whoever leaves or is away go to the successor, and come back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linli.access.actor import Actor, actor_for, system
from linli.accounts.models import Membership, User
from linli.flows import handover
from linli.incidents.actions import Draft, report, take_step
from linli.incidents.actions.placing import Spot
from linli.incidents.enums import EventKind
from linli.incidents.models import Incident, IncidentEvent
from linli.incidents.queries import visible_to
from linli.lib.errors import InputError
from tests.factories.county import small_county

TODAY = timezone.localdate()
YESTERDAY, WEEK = TODAY - timedelta(1), TODAY + timedelta(7)


@pytest.fixture
def small(county):
    return small_county()


def _report(small, by: Actor) -> Incident:
    draft = Draft(
        text="村口水管破裂，水流到路面。",
        category_id=small.category().pk,
        source="grid_worker",
        spot=Spot(area_id=small.grid.pk, text="村口"),
    )
    return report(draft, by=by)


def _row(actor: Actor) -> Membership:
    return Membership.objects.get(user_id=actor.id)


def _again(actor: Actor) -> Actor:
    found = actor_for(User.objects.get(pk=actor.id), today=TODAY)
    assert found is not None
    return found


@pytest.fixture
def pair(small):
    """A worker with one open and one withdrawn report, and a colleague elsewhere."""
    worker, heir = small.worker(), small.staff("grid_worker", area=small.township)
    opened, done = _report(small, worker), _report(small, worker)
    take_step(done.pk, "withdraw", {"reason": "已解决"}, version=done.version, by=worker)
    return worker, heir, opened, done


def _leave(pair) -> int:
    worker, heir, *_ = pair
    return handover.plan_leave(
        membership=_row(worker), away_from=TODAY, away_to=WEEK, stand_in=_row(heir), by=system()
    )


def test_who_leaves_hands_over_open_matters_at_once_with_an_entry_on_the_timeline(small, pair):
    worker, heir, opened, done = pair
    count = handover.end_role(membership=_row(worker), on=TODAY, successor=_row(heir), by=system())
    assert count == 1
    opened.refresh_from_db()
    done.refresh_from_db()
    assert opened.reporter_id == heir.id
    assert done.reporter_id == worker.id, "what is closed stays with whoever reported it"
    line = IncidentEvent.objects.get(incident=opened, kind=EventKind.HAND_OVER)
    assert line.data["from"] == str(worker.id)
    assert (line.case_version, opened.version) == (2, 2)
    first = IncidentEvent.objects.get(incident=opened, kind=EventKind.REPORT)
    assert first.actor_id == worker.id, "who in fact reported stays on the timeline"


def test_the_successor_sees_and_follows_up(small, pair):
    _, heir, opened, _ = pair
    _leave(pair)
    assert visible_to(_again(heir)).filter(pk=opened.pk).exists()
    take_step(opened.pk, "withdraw", {"reason": "已解决"}, version=2, by=_again(heir))


def test_after_the_leave_everything_still_open_returns(small, pair):
    worker, heir, opened, _ = pair
    own = _report(small, heir)
    assert _leave(pair) == 1
    assert handover.run_due(today=TODAY, by=system()) == 0, "already handed over"
    assert handover.run_due(today=WEEK + timedelta(1), by=system()) == 1
    opened.refresh_from_db()
    own.refresh_from_db()
    assert opened.reporter_id == worker.id
    assert own.reporter_id == heir.id, "the successor's own matters stay"
    assert _row(worker).away_from is None
    assert handover.run_due(today=WEEK + timedelta(2), by=system()) == 0


def test_what_the_successor_finished_does_not_return(small, pair):
    _, heir, opened, _ = pair
    _leave(pair)
    take_step(opened.pk, "withdraw", {"reason": "已解决"}, version=2, by=_again(heir))
    assert handover.end_leave(membership=_row(pair[0]), on=TODAY, by=system()) == 0


def test_a_leave_planned_ahead_begins_on_its_first_day(small, pair):
    worker, heir, opened, _ = pair
    tomorrow = TODAY + timedelta(1)
    count = handover.plan_leave(
        membership=_row(worker),
        away_from=tomorrow,
        away_to=WEEK,
        stand_in=_row(heir),
        by=system(),
    )
    assert count == 0
    assert handover.run_due(today=TODAY, by=system()) == 0
    assert handover.run_due(today=tomorrow, by=system()) == 1
    opened.refresh_from_db()
    assert opened.reporter_id == heir.id


def test_who_keeps_another_role_keeps_the_matters(small, pair):
    worker, heir, opened, _ = pair
    user = User.objects.get(pk=worker.id)
    Membership.objects.create(user=user, role="grid_worker", valid_from=YESTERDAY)
    row = Membership.objects.filter(user=user).order_by("valid_from").first()
    assert handover.end_role(membership=row, on=TODAY, successor=_row(heir), by=system()) == 0
    opened.refresh_from_db()
    assert opened.reporter_id == worker.id


def test_a_refused_leave_moves_nothing(small, pair):
    worker, _, opened, _ = pair
    with pytest.raises(InputError):
        handover.plan_leave(
            membership=_row(worker),
            away_from=WEEK,
            away_to=TODAY,
            stand_in=_row(worker),
            by=system(),
        )
    opened.refresh_from_db()
    assert opened.version == 1


def _third(small) -> Actor:
    return small.staff("grid_worker", area=small.root)


def _reporter(incident: Incident) -> object:
    incident.refresh_from_db()
    return incident.reporter_id


@pytest.mark.parametrize("days", [0, 2])
def test_who_leaves_for_good_during_a_leave_hands_over_what_was_lent(small, pair, days):
    worker, _, opened, _ = pair
    last = _third(small)
    _leave(pair)
    on = TODAY + timedelta(days)
    handover.end_role(membership=_row(worker), on=on, successor=_row(last), by=system())
    handover.run_due(today=on, by=system())
    assert _reporter(opened) == last.id


@pytest.mark.parametrize("followed", [True, False])
def test_a_role_that_ends_later_takes_nothing_from_who_stands_in(small, pair, followed):
    worker, heir, opened, _ = pair
    last, on = _third(small), WEEK - timedelta(1)
    _leave(pair)
    successor = _row(last) if followed else None
    handover.end_role(membership=_row(worker), on=on, successor=successor, by=system())
    assert _reporter(opened) == heir.id
    for day in (on - timedelta(1), on, WEEK + timedelta(1)):
        handover.run_due(today=day, by=system())
        gone = followed and day >= on
        assert _reporter(opened) == (last.id if gone else heir.id), day
    assert handover.run_due(today=WEEK + timedelta(2), by=system()) == 0


def test_who_returns_before_the_role_ends_has_the_work_until_then(small, pair):
    worker, heir, opened, _ = pair
    last, on = _third(small), WEEK + timedelta(9)
    _leave(pair)
    handover.end_role(membership=_row(worker), on=on, successor=_row(last), by=system())
    for day, holder in ((WEEK, heir), (WEEK + timedelta(1), worker), (on, last)):
        handover.run_due(today=day, by=system())
        assert _reporter(opened) == holder.id, day


def test_a_leave_before_the_last_day_leaves_the_successor_as_named(small, pair):
    worker, heir, opened, _ = pair
    last, on = _third(small), WEEK + timedelta(1)
    handover.end_role(membership=_row(worker), on=on, successor=_row(last), by=system())
    _leave(pair)
    assert _reporter(opened) == heir.id
    handover.run_due(today=on, by=system())
    assert _reporter(opened) == last.id
    assert _row(worker).away_from is None


def test_another_stand_in_takes_over_and_everything_returns(small, pair):
    worker, _, opened, _ = pair
    other = _third(small)
    _leave(pair)
    handover.plan_leave(
        membership=_row(worker), away_from=TODAY, away_to=WEEK, stand_in=_row(other), by=system()
    )
    assert _reporter(opened) == other.id
    handover.run_due(today=WEEK + timedelta(1), by=system())
    assert _reporter(opened) == worker.id


def test_a_leave_moved_to_later_days_lends_nothing_until_then(small, pair):
    worker, heir, opened, _ = pair
    _leave(pair)
    later = TODAY + timedelta(2)
    handover.plan_leave(
        membership=_row(worker), away_from=later, away_to=WEEK, stand_in=_row(heir), by=system()
    )
    assert _reporter(opened) == worker.id
    handover.run_due(today=later, by=system())
    assert _reporter(opened) == heir.id


def test_what_the_stand_in_handed_on_returns_too(small, pair):
    worker, heir, opened, _ = pair
    last = _third(small)
    _leave(pair)
    handover.end_role(membership=_row(heir), on=TODAY, successor=_row(last), by=system())
    assert _reporter(opened) == last.id
    handover.end_leave(membership=_row(worker), on=TODAY, by=system())
    assert _reporter(opened) == worker.id
