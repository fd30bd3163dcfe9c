"""My work: what waits for this person, in the order of urgency."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.database.counting import counting, spelled_out
from linli.database.pipeline import Call, FixedPlan, Rows, exchange
from linli.incidents.enums import FINAL_STATES, PLATFORM_STATES, UNIT_STATES, State
from linli.incidents.facts import serves_county
from linli.incidents.helping import OwnTask, helping, own_tasks
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.incidents.references import platform_of

SHOWN = 20
COUNT_UP_TO = 999
TELL_UP_TO = 100  # what every page says: 99+
SOON = timedelta(hours=24)
GROUPS = ("overdue", "due_soon", "returned", "to_verify", "to_do", "to_check", "to_help")


@dataclass(frozen=True)
class Group:
    """`key` names the heading; `count` stops at 999. `tasks` are those of co-handlers, by case."""

    key: str
    rows: list[Incident]
    count: int
    tasks: Mapping[UUID, OwnTask] = field(default_factory=dict)


# Which group a case stands in, how many stand there, and the first of them: the queue of a busy
# centre is sorted where it lies instead of being read row by row.
_FIRST = f"""
SELECT key, id, waiting FROM (
    SELECT key, id, count(*) OVER (PARTITION BY key) AS waiting,
        row_number() OVER (PARTITION BY key ORDER BY due_at, opened_at) AS place
    FROM (
        SELECT id, due_at, opened_at, CASE
            WHEN due_at <= %s THEN 'overdue'
            WHEN due_at <= %s THEN 'due_soon'
            WHEN state IN ('{State.RETURNED}', '{State.REWORK}') THEN 'returned'
            WHEN state = '{State.AWAITING_VERIFICATION}' THEN 'to_verify'
            ELSE 'to_do' END AS key
        FROM ({{}}) AS queue (due_at, opened_at, id, state)
    ) AS sorted
) AS grouped WHERE place <= {{}} ORDER BY key, place
"""  # noqa: S608 -- constants only


def my_work(actor: Actor, *, now: datetime, most: int = SHOWN) -> list[Group]:
    """Groups in the order of urgency; an incident stands in the first group that fits.

    `most` rows of each are given, up to `COUNT_UP_TO`. One look at what waits, however many
    groups it falls into; a second one at the rows shown.
    """
    ids: dict[str, list[UUID]] = {key: [] for key in GROUPS if key != "to_check"}
    counts = dict.fromkeys(ids, 0)
    first, helped = exchange(_first(actor, now, most), own_tasks(actor, most=COUNT_UP_TO))
    for key, one, waiting in first:
        ids[key].append(one)
        counts[key] = waiting
    tasks = _by_case(helped)
    ids["to_help"], counts["to_help"] = list(tasks)[:most], len(tasks)
    shown = [one for keys in ids.values() for one in keys]
    rows = {row.pk: row for row in visible_to(actor).filter(pk__in=shown)} if shown else {}
    *groups, help_ = (
        Group(name, [rows[one] for one in keys if one in rows], counts[name])
        for name, keys in ids.items()
    )
    return [*groups, _sampled_group(actor, most), replace(help_, tasks=tasks)]


def _by_case(helped: Rows) -> dict[UUID, OwnTask]:
    """The most urgent of each case, where two of one's units help."""
    tasks: dict[UUID, OwnTask] = {}
    for task in map(OwnTask._make, helped):
        tasks.setdefault(task.incident_id, task)
    return tasks


def _first(actor: Actor, now: datetime, most: int) -> Call:
    """Asks for (group, id, how many the group has), the most urgent of each group first."""
    sql, values = _waiting(_kept_by(actor), platform_of(None).id, most)
    return (sql, [now, now + SOON, *values]) if sql else ("SELECT WHERE false", ())


def _sampled_group(actor: Actor, most: int) -> Group:
    """Matters settled on the spot that were drawn for a check."""
    if can(actor, Permission.INCIDENT_VERIFY):
        return _group("to_check", _sampled(actor), most)
    return Group("to_check", [], 0)


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
    return _group("own_reports", rows, order=("-opened_at",))


def work_count(actor: Actor) -> int:
    """How much waits for this person, up to 100."""
    (((waiting,),),) = exchange(work_question(actor))
    return min(int(waiting), TELL_UP_TO)


def work_question(actor: Actor) -> Call:
    """Asks how much waits, as every page does; each queue is counted up to 100."""
    return _counting(_kept_by(actor), platform_of(None).id)


def _kept_by(actor: Actor) -> Actor:
    """What statements are kept by: whose rights change asks in another way."""
    return replace(actor, request_id="", address=None)


@lru_cache(maxsize=1024)
def _counting(actor: Actor, _centre: UUID | None) -> Call:
    queues = _queues(actor)
    if can(actor, Permission.INCIDENT_VERIFY):
        queues.append(_sampled(actor))
    matters: list[QuerySet[Any, Any]] = [queue.order_by().values("pk") for queue in queues]
    matters.append(helping(actor).values("incident_id").distinct())
    asked = counting(matters, up_to=TELL_UP_TO)
    sql, values = spelled_out(*asked)
    return FixedPlan(sql), values


def _queues(actor: Actor) -> list[QuerySet[Incident]]:
    """Open incidents whose next step is this actor's: their unit's, their platform's, theirs.

    No state is in two of them, and each is read by an index of its own. States alone say that
    they are open: two conditions that mean the same make the planner expect next to nothing.
    """
    rows = visible_to(actor)
    queues = []
    if can(actor, Permission.INCIDENT_HANDLE):
        queues.append(rows.filter(lead_unit_id__in=actor.units, state__in=UNIT_STATES))
    if can(actor, Permission.INCIDENT_ACCEPT):
        held = rows.filter(platform_unit_id__in=_platforms(actor), state__in=PLATFORM_STATES)
        queues.append(held.filter(verifier_unit__isnull=True))  # else somebody else decides
    if can(actor, Permission.INCIDENT_EXTEND):
        queues.append(rows.filter(_in_my_queue(actor), state=State.EXTENSION_ASKED))
    if can(actor, Permission.INCIDENT_VERIFY):
        queues.append(rows.filter(_in_my_queue(actor), state=State.AWAITING_VERIFICATION))
    return queues


@lru_cache(maxsize=1024)
def _waiting(actor: Actor, _centre: UUID | None, most: int) -> Call:
    """Asks for the first of each group, but for the two moments that stand before its values."""
    parts = [
        rows.order_by("due_at", "opened_at").values_list("due_at", "opened_at", "id", "state")
        for rows in _queues(actor)
    ]
    if not parts:
        return "", ()
    first, *others = (part[:COUNT_UP_TO] for part in parts)
    if others:
        first = first.union(*others, all=True).order_by("due_at", "opened_at")[:COUNT_UP_TO]
    try:
        sql, values = spelled_out(*first.query.sql_with_params())
    except EmptyResultSet:  # somebody of no unit
        return "", ()
    return FixedPlan(_FIRST.format(sql, most)), values


def _sampled(actor: Actor) -> QuerySet[Incident]:
    return visible_to(actor).filter(_in_my_queue(actor), state__in=sorted(FINAL_STATES))


def _in_my_queue(actor: Actor) -> Q:
    """Cases on which this actor's unit has to decide, but for those they handled."""
    own = Q(handler_ids__contains=[actor.id]) if actor.id else Q(pk__in=[])
    own |= Q(lead_unit_id__isnull=False, lead_unit_id__in=actor.units)
    return Q(verifier_unit_id__in=_platforms(actor)) & ~own


def _platforms(actor: Actor) -> list[UUID]:
    """An actor's units, and the centre for whom the work of the county is, with a unit or not."""
    centre = platform_of(None).id
    return sorted({*actor.units, *([centre] if centre and serves_county(actor) else [])})


def _group(
    key: str,
    rows: QuerySet[Incident],
    most: int = SHOWN,
    order: tuple[str, ...] = ("due_at", "opened_at"),
) -> Group:
    shown = list(rows.order_by(*order)[:most])
    if len(shown) < most:
        return Group(key, shown, len(shown))
    return Group(key, shown, rows.order_by()[:COUNT_UP_TO].count())
