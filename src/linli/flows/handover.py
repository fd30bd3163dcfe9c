"""Who leaves or is away hands over; who comes back takes over again.

What there is to hand over:
- areas: dated assignments, so that a stand-in ends by itself (accounts);
- work of units: nothing, since it belongs to the unit and every member sees it;
- matters that the person reported and that are still open: whoever reported follows them up
  (withdraws, corrects, evaluates), so that the successor becomes the reporter, each with an entry
  on the timeline. Who in fact reported stays in the first entry, and who handled is never changed,
  since nobody verifies their own work.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.access.actor import Actor
from linli.accounts import actions as accounts
from linli.accounts.models import Membership
from linli.database.batch import Batch
from linli.incidents.actions.record import audited, event
from linli.incidents.enums import EventKind
from linli.incidents.models import Incident, IncidentEvent
from linli.incidents.sight import follow


@transaction.atomic
def end_role(
    *, membership: Membership, on: date, by: Actor, successor: Membership | None = None
) -> int:
    """End a role; with a successor, hand over areas and open matters; return how many matters.

    Until a later day whoever stands in during a leave goes on. Raises InputError.
    """
    now = on <= timezone.localdate()
    if now and successor is not None:
        _recall(membership, by=by)
    accounts.end_membership(membership=membership, on=on, successor=successor, by=by)
    if successor is None or not now:
        return 0
    membership.refresh_from_db()
    return _hand_over(membership, successor, by=by)


@transaction.atomic
def plan_leave(
    *, membership: Membership, away_from: date, away_to: date, stand_in: Membership, by: Actor
) -> int:
    """Somebody is away (both days included); open matters go over on the first day.

    Returns how many went at once. Raises InputError.
    """
    _recall(membership, by=by)
    accounts.plan_leave(
        membership=membership, away_from=away_from, away_to=away_to, stand_in=stand_in, by=by
    )
    membership.refresh_from_db()
    if not away_from <= timezone.localdate() <= away_to:
        return 0
    return _lend(membership, stand_in, by=by)


@transaction.atomic
def end_leave(*, membership: Membership, on: date, by: Actor) -> int:
    """Somebody is back from `on`; what they handed over and is still open returns."""
    count = _recall(membership, by=by)
    accounts.end_leave(membership=membership, on=on, by=by)
    return count


def run_due(*, today: date, by: Actor) -> int:
    """Begin and end the leaves and departures that are due; a daily job, safe to run again."""
    count = 0
    goes_on = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    away = Q(away_from__lte=today, away_to__gte=today, lent_at__isnull=True)
    for membership in _rows(goes_on & away):
        if membership.stand_in is not None:
            count += _lend(membership, membership.stand_in, by=by)
    for membership in _rows(goes_on & Q(away_to__lt=today)):
        count += end_leave(membership=membership, on=today, by=by)
    for membership in _rows(Q(valid_to__lte=today, handed_over_at__isnull=True)):
        if membership.successor is not None:
            count += _depart(membership, membership.successor, by=by)
    return count


@transaction.atomic
def _depart(membership: Membership, successor: Membership, *, by: Actor) -> int:
    _recall(membership, by=by)
    return _hand_over(membership, successor, by=by)


@transaction.atomic
def _lend(membership: Membership, stand_in: Membership, *, by: Actor) -> int:
    """Every open matter that the person reported goes to whoever stands in."""
    mine = Incident.objects.filter(reporter_id=membership.user_id, is_open=True)
    accounts.mark_lent(membership=membership)
    return _move(mine, stand_in.user_id, membership, by=by)


def _hand_over(membership: Membership, successor: Membership, *, by: Actor) -> int:
    """Every open matter that the person reported goes to the successor."""
    mine = Incident.objects.filter(reporter_id=membership.user_id, is_open=True)
    goes_on = Q(valid_to__isnull=True) | Q(valid_to__gt=timezone.localdate())
    others = Membership.objects.filter(goes_on, user_id=membership.user_id)
    if others.exclude(pk=membership.pk).exists():
        mine = mine.none()  # another role goes on: the person still follows up
    accounts.mark_handed_over(membership=membership)
    return _move(mine, successor.user_id, membership, by=by)


def _recall(membership: Membership, *, by: Actor) -> int:
    """Everything that went over in a leave that has begun, is open and still with who stands in."""
    if membership.lent_at is None:
        return 0
    handed = IncidentEvent.objects.filter(
        kind=EventKind.HAND_OVER,
        data__membership=str(membership.pk),
        recorded_at__gte=membership.lent_at,
    )
    ids = set(handed.values_list("incident_id", flat=True))
    holders = _stand_ins(membership)
    theirs = Incident.objects.filter(pk__in=ids, reporter_id__in=holders, is_open=True)
    return _move(theirs, membership.user_id, membership, by=by)


def _stand_ins(membership: Membership) -> set[UUID]:
    """Who stands in, and whoever that one has handed on to since."""
    found: dict[UUID, UUID] = {}
    following = [membership.stand_in]
    while following:
        one = following.pop()
        if one is not None and one.pk not in found:
            found[one.pk] = one.user_id
            following += [one.stand_in, one.successor]
    return set(found.values())


def _move(
    incidents: QuerySet[Incident], reporter_id: UUID, membership: Membership, *, by: Actor
) -> int:
    count, batch = 0, Batch()
    rows = incidents.order_by("id").select_for_update(of=("self",))
    for incident in rows:
        former = incident.reporter_id
        incident.reporter_id = reporter_id
        incident.version += 1
        batch.update(incident, ["reporter", "version"])
        data = {"membership": str(membership.pk), "from": str(former), "to": str(reporter_id)}
        line = event(
            incident,
            kind=EventKind.HAND_OVER,
            by=by,
            at=timezone.now(),
            from_state=incident.state,
            data=data,
        )
        batch.insert(line)
        follow([incident.pk], batch=batch)
        audited(incident, action="hand_over", by=by, batch=batch)
        count += 1
    batch.send()
    return count


def _rows(condition: Q) -> list[Membership]:
    rows = Membership.objects.filter(condition)
    return list(rows.select_related("user", "stand_in", "successor"))
