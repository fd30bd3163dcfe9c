"""My work: what waits for this person, in the order of urgency."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.incidents.enums import State
from linli.incidents.facts import serves_county
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.incidents.references import platform_of

SHOWN = 20
COUNT_UP_TO = 999
SOON = timedelta(hours=24)
PLATFORM_STATES = (State.REPORTED, State.ACCEPTED, State.RETURNED, State.EXTENSION_ASKED)
GROUPS = ("overdue", "due_soon", "returned", "to_verify", "to_do", "to_check")
UNIT_STATES = (State.DISPATCHED, State.HANDLING, State.REWORK)


@dataclass(frozen=True)
class Group:
    """`key` names the heading; `count` stops at 999."""

    key: str
    rows: list[Incident]
    count: int


def my_work(actor: Actor, *, now: datetime) -> list[Group]:
    """Groups in the order of urgency; an incident stands in the first group that fits.

    One look at what waits, however many groups it falls into; a second one at the rows shown.
    """
    waiting = _mine(actor).order_by("due_at", "opened_at").values_list("id", "state", "due_at")
    ids: dict[str, list[UUID]] = {key: [] for key in GROUPS[:-1]}
    for key, state, due_at in waiting[:COUNT_UP_TO]:
        ids[_group_of(state, due_at, now)].append(key)
    shown = [key for keys in ids.values() for key in keys[:SHOWN]]
    rows = {row.pk: row for row in visible_to(actor).filter(pk__in=shown)} if shown else {}
    return [
        Group(name, [rows[key] for key in keys[:SHOWN] if key in rows], len(keys))
        for name, keys in ids.items()
    ] + [_sampled_group(actor)]


def _sampled_group(actor: Actor) -> Group:
    """Matters settled on the spot that were drawn for a check."""
    if can(actor, Permission.INCIDENT_VERIFY):
        return _group("to_check", _sampled(actor))
    return Group("to_check", [], 0)


def _group_of(state: str, due_at: datetime | None, now: datetime) -> str:
    if due_at is not None and due_at <= now + SOON:
        return "overdue" if due_at <= now else "due_soon"
    if state in {State.RETURNED, State.REWORK}:
        return "returned"
    return "to_verify" if state == State.AWAITING_VERIFICATION else "to_do"


def watched(actor: Actor, *, now: datetime) -> list[Group]:
    """What a leader looks at first: supervised matters, then what is overdue anywhere in sight."""
    rows = visible_to(actor).filter(is_open=True)
    return [
        _group("supervised", rows.filter(supervised=True)),
        _group("all_overdue", rows.filter(supervised=False, due_at__lte=now)),
    ]


def own_reports(actor: Actor) -> Group:
    """What this person reported last and is still under way."""
    rows = visible_to(actor).filter(reporter_id=actor.id, is_open=True)
    shown = list(rows.order_by("-opened_at")[:SHOWN])
    return Group("own_reports", shown, len(shown))


def work_count(actor: Actor) -> int:
    """How much waits for this person, up to 999: the number in the rail."""
    waiting = _mine(actor).order_by()[:COUNT_UP_TO].count()
    if can(actor, Permission.INCIDENT_VERIFY):
        waiting += _sampled(actor).order_by()[:COUNT_UP_TO].count()
    return min(waiting, COUNT_UP_TO)


def _mine(actor: Actor) -> QuerySet[Incident]:
    """Open incidents whose next step is this actor's: their platform's, their unit's, theirs."""
    waiting = Q()
    own_units = Q(lead_unit_id__in=actor.units, state__in=UNIT_STATES)
    if can(actor, Permission.INCIDENT_HANDLE):
        waiting |= own_units
    if can(actor, Permission.INCIDENT_ACCEPT):
        waiting |= Q(platform_unit_id__in=actor.units, state__in=PLATFORM_STATES)
    if can(actor, Permission.INCIDENT_VERIFY):
        waiting |= _in_my_queue(actor) & Q(state=State.AWAITING_VERIFICATION)
    if not waiting:
        return visible_to(actor).none()
    return visible_to(actor).filter(waiting, is_open=True)


def _sampled(actor: Actor) -> QuerySet[Incident]:
    return visible_to(actor).filter(_in_my_queue(actor), is_open=False)


def _in_my_queue(actor: Actor) -> Q:
    """Cases whose verification waits for this actor's unit, but for those they handled."""
    units = set(actor.units)
    centre = platform_of(None).id
    if centre and serves_county(actor):
        units.add(centre)
    own = Q(handler_ids__contains=[actor.id]) if actor.id else Q(pk__in=[])
    own |= Q(lead_unit_id__isnull=False, lead_unit_id__in=actor.units)
    return Q(verifier_unit_id__in=units) & ~own


def _group(key: str, rows: QuerySet[Incident]) -> Group:
    shown = list(rows.order_by("due_at", "opened_at")[:SHOWN])
    if len(shown) < SHOWN:
        return Group(key, shown, len(shown))
    return Group(key, shown, rows.order_by()[:COUNT_UP_TO].count())
