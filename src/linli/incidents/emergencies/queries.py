"""Every read about emergencies; each begins with what the actor sees of the case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from linli.access.actor import Actor
from linli.access.permissions import Permission
from linli.calendars import deadline
from linli.casework.definitions import newest_calendars
from linli.incidents.emergencies.path import emergency_path
from linli.incidents.emergencies.rules import Due, Sent, reports_due
from linli.incidents.enums import EventKind
from linli.incidents.facts import actor_facts, serves_county
from linli.incidents.models import (
    CentreAlarm,
    Emergency,
    EmergencyCall,
    EmergencyReport,
    Incident,
    IncidentEvent,
)
from linli.incidents.queries import sees, visible_to
from linli.processes import Platform

SHOWN = 50


@dataclass(frozen=True)
class Whole:
    """An emergency with its calls, its reports, what is due of them, and what this actor may do."""

    emergency: Emergency
    incident: Incident
    calls: list[EmergencyCall]
    reports: list[EmergencyReport]
    due: list[Due]
    taken_by: str
    alarm: bool
    may_take: bool
    runs: bool

    @property
    def next_report(self) -> Due | None:
        return next((one for one in self.due if one.sent_at is None), None)


def whole(
    actor: Actor, incident: Incident, *, now: datetime, report: UUID | None = None
) -> Whole | None:
    """The last emergency of a case in sight, or that of a report; None where there is none."""
    emergency = Emergency.objects.filter(reports=report).first() if report else latest(incident)
    if emergency is None or emergency.incident_id != incident.pk:
        return None
    calls = list(EmergencyCall.objects.filter(emergency=emergency).order_by("rung", "id"))
    reports = list(EmergencyReport.objects.filter(emergency=emergency).order_by("number"))
    alarm = CentreAlarm.objects.filter(incident=incident, taken_at__isnull=True).exists()
    return Whole(
        emergency=emergency,
        incident=incident,
        calls=calls,
        reports=reports,
        due=due_reports(emergency, reports, now=now),
        taken_by=taken_by(emergency) if emergency.taken_at else "",
        alarm=alarm,
        may_take=may_take(actor, incident, calls),
        runs=runs(actor, incident),
    )


def running(actor: Actor, number: str) -> Emergency | None:
    """The emergency under way of a case in sight, or about which this person was alerted."""
    rows = Emergency.objects.filter(incident__number=number).order_by("-raised_at", "-id")
    emergency = rows.select_related("incident").first()
    if emergency is None or sees(actor, emergency.incident):
        return emergency
    mine = Q(user_id=actor.id) | Q(unit_id__in=actor.units)
    called = EmergencyCall.objects.filter(mine, emergency=emergency).exists()
    return emergency if called else None


def alarm_stands(actor: Actor, emergency: Emergency) -> bool:
    """Whether an alarm of the centre about its case waits for somebody of the county."""
    alarms = CentreAlarm.objects.filter(incident=emergency.incident_id, taken_at__isnull=True)
    return serves_county(actor) and alarms.exists()


def reports_by_emergency(rows: Iterable[Emergency]) -> dict[UUID, list[EmergencyReport]]:
    found: dict[UUID, list[EmergencyReport]] = {}
    keys = [row.pk for row in rows]
    for one in EmergencyReport.objects.filter(emergency_id__in=keys).order_by("number"):
        found.setdefault(one.emergency_id, []).append(one)
    return found


def latest(incident: Incident) -> Emergency | None:
    """The emergency under way, else the last one."""
    return Emergency.objects.filter(incident=incident).order_by("-raised_at", "-id").first()


def due_reports(
    emergency: Emergency, reports: list[EmergencyReport], *, now: datetime
) -> list[Due]:
    calendar = newest_calendars().county
    return reports_due(
        emergency_path().reports,
        raised_at=emergency.raised_at,
        ended_at=emergency.ended_at,
        sent=[Sent(one.kind, one.sent_at) for one in reports],
        now=now,
        after=lambda begin, span: deadline(begin, span, calendar),
    )


def taken_by(emergency: Emergency) -> str:
    """By name, as the timeline has it."""
    lines = IncidentEvent.objects.filter(
        incident_id=emergency.incident_id,
        kind=EventKind.TAKE_EMERGENCY,
        recorded_at__gte=emergency.raised_at,
    )
    line = lines.order_by("-case_version").first()
    return line.actor_label if line else ""


def runs(actor: Actor, incident: Incident) -> bool:
    """Whether somebody runs the centre that holds the case, or the county's."""
    facts = actor_facts(actor, incident)
    if str(Permission.INCIDENT_ACCEPT) not in facts.permissions:
        return False
    return bool({Platform(incident.platform), Platform.COUNTY} & facts.platforms)


def may_take(actor: Actor, incident: Incident, calls: list[EmergencyCall]) -> bool:
    called = any(call.user_id == actor.id or call.unit_id in actor.units for call in calls)
    return may_answer(actor, incident, called)


def may_answer(actor: Actor, incident: Incident, called: bool) -> bool:
    """Whoever was alerted, and whoever runs the centre."""
    return (actor.id is not None and called) or runs(actor, incident)


def may_record(actor: Actor, incident: Incident) -> bool:
    """Whoever runs the centre, and the units at work."""
    return runs(actor, incident) or _at_work(actor, incident)


def _at_work(actor: Actor, incident: Incident) -> bool:
    facts = actor_facts(actor, incident)
    if str(Permission.INCIDENT_HANDLE) not in facts.permissions:
        return False
    return incident.tasks.filter(unit_id__in=actor.units, is_open=True).exists()


def open_emergencies(actor: Actor) -> list[Emergency]:
    """Those in sight that are not over, the oldest first."""
    seen = visible_to(actor).values("pk")
    rows = Emergency.objects.filter(ended_at__isnull=True, incident__in=seen)
    return list(rows.select_related("incident", "unit").order_by("raised_at")[:SHOWN])


def past_emergencies(actor: Actor) -> list[Emergency]:
    """The last ones that are over."""
    seen = visible_to(actor).values("pk")
    rows = Emergency.objects.filter(ended_at__isnull=False, incident__in=seen)
    return list(rows.select_related("incident", "unit").order_by("-ended_at")[:SHOWN])


def due_to_climb(*, now: datetime) -> list[UUID]:
    """Emergencies that nobody has taken in time; a call that lies ahead counts, see `rung_over`."""
    waiting = Q(rung_due_at__lte=now) | Q(called_at__gt=now)
    rows = Emergency.objects.filter(waiting, rung_due_at__isnull=False)
    return list(rows.order_by("raised_at").values_list("pk", flat=True))
