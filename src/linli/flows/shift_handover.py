"""Handing over a shift 交接班: what is urgent, what was promised, and that the successor has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.access.actor import Actor, PermissionRefusedError, system
from linli.access.permissions import Permission
from linli.accounts.duty.queries import Rotas, units_with
from linli.accounts.duty.rules import may_take_over
from linli.accounts.enums import Role
from linli.accounts.models import Membership
from linli.accounts.signing import current
from linli.audit import actions as audit
from linli.casework.duty import rotas
from linli.counties.locking import locked
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.database.context import current_county
from linli.database.pipeline import Call
from linli.incidents.models import PromisedCall, ShiftHandover
from linli.incidents.promises import open_promises
from linli.incidents.urgent import Urgent, urgent
from linli.lib.errors import InputError, gettext_noop
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.organisations.models import Unit

_ANY_WAITING = """
SELECT EXISTS (
    SELECT FROM incidents_shifthandover WHERE county_id = %s AND accepted_at IS NULL)
"""
PATIENCE = timedelta(minutes=30)  # after the next shift has begun
LOOK_AHEAD = timedelta(hours=48)
SHIFT = timedelta(hours=12)  # where the rota says nothing of the next one
OPEN_ALREADY = gettext_noop("A handover of this unit waits for its successor already.")
OWN = gettext_noop("The successor accepts a handover, not whoever opened it.")
NOT_ON_SHIFT = gettext_noop(
    "Who comes on duty accepts a handover; you are not on the rota of the unit."
)
ACCEPTED = gettext_noop("%(name)s has accepted it already.")


@dataclass(frozen=True)
class Prepared:
    """What a handover would list now; the next shift is from `begins_at` to `ends_at`."""

    matters: list[Urgent]
    calls: list[PromisedCall]
    begins_at: datetime
    ends_at: datetime

    @property
    def lines(self) -> list[Urgent | PromisedCall]:
        """Emergencies, then the calls, of which somebody is waiting, then whatever else is late."""
        alarms = [one for one in self.matters if "emergency" in one.why]
        return [*alarms, *self.calls, *(one for one in self.matters if one not in alarms)]


def prepare(unit: Unit, *, by: Actor, now: datetime) -> Prepared:
    begins_at, ends_at = _next_shift(unit.pk, now)
    return Prepared(
        matters=urgent(by, unit.pk, now=now, until=ends_at),
        calls=open_promises(by, unit.pk),
        begins_at=begins_at,
        ends_at=ends_at,
    )


@transaction.atomic
def open_handover(*, unit: Unit, remark: str, by: Actor) -> ShiftHandover:
    """List what is urgent and promised, for whoever comes next. Raises InputError, refusals."""
    _require_member(unit.pk, by)
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)  # one handover at a time
    if ShiftHandover.objects.filter(unit=unit, accepted_at__isnull=True).exists():
        raise InputError(OPEN_ALREADY)
    now = timezone.now()
    found = prepare(unit, by=by, now=now)
    made = new(
        ShiftHandover,
        unit=unit,
        opened_at=now,
        opened_by=by.id,
        opened_label=by.label,
        begins_at=found.begins_at,
        remark=remark.strip(),
        items=[_item(one) for one in found.lines],
    )
    made.save(force_insert=True)
    audit.record(by=by, action="duty.handover_opened", subject=("unit", unit.pk, unit.name))
    batch = Batch()
    _tell(made, [Word("handover.opened", unit=unit.pk)], now, batch)
    batch.send()
    return made


def _item(line: Urgent | PromisedCall) -> dict[str, object]:
    if isinstance(line, PromisedCall):
        return {"call": str(line.pk), "incident": str(line.incident_id)}
    return {"incident": str(line.incident.pk), "why": list(line.why)}


@transaction.atomic
def accept_handover(handover_id: UUID, *, remark: str, by: Actor) -> ShiftHandover:
    """The successor has it. Of two at once the second hears who was first. Raises InputError."""
    row = locked(ShiftHandover, handover_id)
    if row is None:
        raise InputError(ACCEPTED, name="")
    if not may_read(row, by):
        raise PermissionRefusedError(Permission.UNIT_VIEW)
    if row.opened_by == by.id:
        raise InputError(OWN)
    if not may_accept(row, by):
        raise InputError(NOT_ON_SHIFT)
    if row.accepted_at is not None:
        raise InputError(ACCEPTED, name=row.accepted_label)
    row.accepted_at, row.accepted_by = timezone.now(), by.id
    row.accepted_label, row.accept_remark = by.label, remark.strip()
    row.save(update_fields=["accepted_at", "accepted_by", "accepted_label", "accept_remark"])
    subject = ("unit", row.unit_id, Unit.objects.get(pk=row.unit_id).name)
    audit.record(by=by, action="duty.handover_accepted", subject=subject)
    return row


def remind(*, now: datetime) -> int:
    """Tell the heads of units whose handover nobody accepted in time; each once."""
    late = ShiftHandover.objects.filter(
        accepted_at__isnull=True, reminded_at__isnull=True, begins_at__lte=now - PATIENCE
    )
    rows = list(late.order_by("begins_at").select_for_update(of=("self",), skip_locked=True))
    for row in rows:
        batch = Batch()
        _tell(row, _heads(row.unit_id), now, batch)
        row.reminded_at = now
        batch.update(row, ["reminded_at"])
        subject = ("unit", row.unit_id, "")
        audit.record(by=system(), action="duty.handover_late", subject=subject, batch=batch)
        batch.send()
    return len(rows)


def handovers_of(unit: Unit) -> list[ShiftHandover]:
    return list(ShiftHandover.objects.filter(unit=unit).order_by("-opened_at")[:50])


def any_waiting() -> Call:
    """Asks whether a handover waits in the county at all: at most hours none does."""
    return _ANY_WAITING, [current_county()]


def waiting_for(actor: Actor) -> list[ShiftHandover]:
    """Those that this person may accept; the next shift's first."""
    near = (
        Q(unit__in=actor.units)
        | Q(unit__deputy__in=actor.units)
        | Q(unit__in=units_with(actor.memberships))
    )
    found = ShiftHandover.objects.filter(near, accepted_at__isnull=True)
    rows = list(found.select_related("unit").order_by("begins_at"))
    if not rows:
        return []
    read = rotas([row.unit_id for row in rows], begin=timezone.localdate())
    return [row for row in rows if _accepts(row, actor, read)]


def handover(handover_id: UUID) -> ShiftHandover | None:
    return ShiftHandover.objects.select_related("unit").filter(pk=handover_id).first()


def may_hand_over(actor: Actor, unit_id: UUID) -> bool:
    return unit_id in actor.units


def may_read(row: ShiftHandover, actor: Actor) -> bool:
    """The members of the unit, and who comes from elsewhere to take its shift over."""
    return may_hand_over(actor, row.unit_id) or may_accept(row, actor)


def may_accept(row: ShiftHandover, actor: Actor) -> bool:
    """Somebody else than who opened it, who is or may be on the shift that comes."""
    return _accepts(row, actor, rotas([row.unit_id], begin=timezone.localdate()))


def _accepts(row: ShiftHandover, actor: Actor, read: Rotas) -> bool:
    if actor.id is None or row.opened_by == actor.id:
        return False
    moment = max(row.begins_at, timezone.now())
    day = timezone.localdate(moment)
    answering = {row.unit_id, read.at(row.unit_id, moment).unit}
    posts = [read.book.posts[unit] for unit in answering]
    return any(may_take_over(actor.id, post.lines, post.members, day) for post in posts)


def _require_member(unit_id: UUID, by: Actor) -> None:
    if not may_hand_over(by, unit_id) or by.id is None:
        raise PermissionRefusedError(Permission.UNIT_VIEW)


def _next_shift(unit: UUID, now: datetime) -> tuple[datetime, datetime]:
    """The shift after the one that runs now, else the next twelve hours."""
    read = rotas([unit], begin=timezone.localdate(now))
    found = read.turns(unit, now, now + LOOK_AHEAD)
    coming = [turn for turn in found if turn.begin > now]
    return (coming[0].begin, coming[0].end) if coming else (now, now + SHIFT)


def _heads(unit: UUID) -> list[Word]:
    """The heads of the unit; without any, the unit itself and the one that stands in for it."""
    heads = Membership.objects.filter(
        current(timezone.localdate()), unit_id=unit, role=Role.UNIT_HEAD, user__is_active=True
    )
    people = list(heads.values_list("user_id", flat=True).distinct())
    if people:
        return [Word("handover.late", user=user) for user in people]
    deputy = Unit.objects.values_list("deputy_id", flat=True).get(pk=unit)
    return [Word("handover.late", unit=one) for one in (unit, deputy) if one]


def _tell(row: ShiftHandover, words: list[Word], now: datetime, batch: Batch) -> None:
    subject = ("handover", row.pk, timezone.localtime(row.begins_at).strftime("%m-%d %H:%M"))
    notices.tell(words, subject=subject, at=now, batch=batch)
