"""What the frame of every page asks, in one round trip: notices, alerts and alarms, own work."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from linli.access.actor import Actor, can
from linli.access.permissions import Permission
from linli.database.pipeline import Call, FixedPlan, exchange
from linli.incidents.emergencies.queries import may_answer
from linli.incidents.facts import serves_county
from linli.incidents.models import AlarmKind, Incident
from linli.incidents.work import TELL_UP_TO, work_question
from linli.notifications.queries import UNREAD, reader

CALL = "call"


@dataclass(frozen=True)
class Waiting:
    """What calls for somebody at this moment: a call of their own, or an alarm of the centre."""

    kind: str  # "call", or the kind of an alarm
    number: str
    title: str
    since: datetime
    may_take: bool  # of the centre all see an emergency's alarm; not all of them may answer it


@dataclass(frozen=True)
class Frame:
    """Each counted up to 100."""

    unread: int = 0
    work: int = 0
    waiting: tuple[Waiting, ...] = ()


# Two partial indexes, empty but for emergencies and alarms that nobody has taken.
# `facts` are what the right to answer an emergency looks at; `unanswered`, that there is one.
_FACTS = """incident.number, incident.title, json_build_object(
    'platform', incident.platform, 'platform_unit_id', incident.platform_unit_id,
    'lead_unit_id', incident.lead_unit_id, 'reporter_id', incident.reporter_id,
    'township_id', incident.township_id, 'village_id', incident.village_id,
    'area_id', incident.area_id) AS facts"""
_WAITING = f"""SELECT 'call' AS kind, call.called_at AS since, true AS unanswered, {_FACTS}
    FROM incidents_emergencycall AS call
    JOIN incidents_emergency AS emergency
        ON emergency.county_id = call.county_id AND emergency.id = call.emergency_id
    JOIN incidents_incident AS incident
        ON incident.county_id = emergency.county_id AND incident.id = emergency.incident_id
    WHERE call.county_id = %s AND call.closed_at IS NULL AND %s
    AND (call.user_id = %s OR call.unit_id = ANY(%s))
    UNION ALL
    SELECT alarm.kind, alarm.raised_at, EXISTS (
        SELECT FROM incidents_emergency AS emergency
        WHERE emergency.county_id = alarm.county_id AND emergency.incident_id = alarm.incident_id
        AND emergency.taken_at IS NULL AND emergency.ended_at IS NULL), {_FACTS}
    FROM incidents_centrealarm AS alarm
    JOIN incidents_incident AS incident
        ON incident.county_id = alarm.county_id AND incident.id = alarm.incident_id
    WHERE alarm.county_id = %s AND alarm.taken_at IS NULL AND %s"""  # noqa: S608 -- constants only
_FRAME = FixedPlan(f"""
SELECT ({UNREAD}), coalesce((SELECT json_agg(waiting) FROM ({_WAITING}) AS waiting), '[]'::json)
""")  # noqa: S608 -- constants only


def frame_of(actor: Actor, *, working: bool = False) -> Frame:
    """What no page of this person may be silent about; with `working` also how much they have."""
    sees = can(actor, Permission.INCIDENT_VIEW)
    county, user, _county, units = asked = reader(actor)
    values = [*asked, county, sees, user, units, county, sees and serves_county(actor)]
    calls: list[Call] = [(_FRAME, values)]
    if working and sees:
        calls.append(work_question(actor))
    ((unread, found),), *work = exchange(*calls)
    return Frame(
        unread=unread,
        work=min(work[0][0][0], TELL_UP_TO) if work else 0,
        waiting=tuple(_read(rows, actor) for rows in _matters(found)),
    )


def _matters(found: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """A matter stands there once: whoever takes it takes all of it. An emergency goes first."""
    order = {AlarmKind.EMERGENCY.value: 0, CALL: 1}
    rows = sorted(found, key=lambda one: (one["number"], order.get(one["kind"], 2), one["since"]))
    return (list(same) for _number, same in groupby(rows, key=itemgetter("number")))


def _read(rows: list[dict[str, Any]], actor: Actor) -> Waiting:
    """With the button where pressing it would do something: an alarm of the centre is anybody's of
    the county, an emergency that stands behind it only theirs who may answer that.
    """
    one, called = rows[0], any(row["kind"] == CALL for row in rows)
    may = not one["unanswered"] or may_answer(actor, _matter(one["facts"]), called)
    since = datetime.fromisoformat(one["since"])
    return Waiting(one["kind"], one["number"], one["title"], since, may)


def _matter(facts: dict[str, Any]) -> Incident:
    """Of the case only what the right to answer looks at."""
    ids = {name: UUID(key) for name, key in facts.items() if key and name != "platform"}
    return Incident(platform=facts["platform"] or "", **ids)
