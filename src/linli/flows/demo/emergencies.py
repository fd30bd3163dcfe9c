"""Emergencies of the demo, one under way and one over with its reports; and a handover."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from linli.access.actor import Actor, actor_for
from linli.accounts.models import User
from linli.flows.demo.people import People
from linli.flows.demo.units import centre_code, login_of
from linli.flows.shift_handover import accept_handover, open_handover
from linli.incidents.actions.emergencies import (
    ReportText,
    emergency_dispatch,
    end_emergency,
    raise_emergency,
    record_late,
    send_report,
    take_emergency,
)
from linli.incidents.enums import State
from linli.incidents.models import Category, Emergency, EmergencyCall, Incident
from linli.incidents.promises import promise_call
from linli.organisations.models import Unit, UnitKind

DANGERS = ("0201", "0205", "0207", "0206", "0209", "0301", "0303")  # of the shipped categories
OFFICE = "县委办公室值班室"
FIRST = ReportText(
    "连续降雨后河水漫过便桥，两侧道路中断，暂无人员伤亡。",
    "值班人员已接警，水务站和村委会赶赴现场，桥头拉起警戒线。",
    "继续观察水位，准备转移低洼处住户。",
    OFFICE,
)
AGAIN = ReportText(
    "水位稳定，便桥仍不能通行，低洼处住户已全部转移。",
    "设立绕行标志，安排专人值守。",
    "水退后检查桥面，再恢复通行。",
    OFFICE,
)
LAST = ReportText(
    "水位回落，便桥检查合格，已恢复通行。无人员伤亡。",
    "拆除警戒线，转移住户返回。",
    "",
    OFFICE,
)


def stage_emergencies(people: People, until: datetime) -> int:
    """By the live actions, each step at its time; returns how many could be staged."""
    now = min(until, timezone.now())
    found = _fitting(now - timedelta(hours=9))
    if len(found) < 2:
        return 0
    _under_way(found[0], people, now)
    _over(found[1], people, now)
    return 2


def stage_handover(people: People, until: datetime) -> None:
    """The centre's shift has handed over what is urgent, and a call that was promised."""
    centre = people.units[centre_code()]
    first, second = (
        _actor(people, login_of("county_operator", centre_code(), number)) for number in (2, 3)
    )
    held = Incident.objects.filter(platform_unit=centre, is_open=True).order_by("-opened_at")
    if incident := held.first():
        due_at = max(until, timezone.now()) + timedelta(hours=3)
        promise_call(
            incident.pk, about="告知反映人办理进展", due_at=due_at, unit=centre.pk, by=first
        )
    made = open_handover(unit=centre, remark="夜间有雨，注意山洪预警。", by=first)
    accept_handover(made.pk, remark="已知悉。", by=second)


def _fitting(before: datetime) -> list[Incident]:
    """Matters that a township platform has not sent anybody to, dangers first."""
    rows = Incident.objects.filter(
        state__in=(State.REPORTED, State.ACCEPTED),
        opened_at__lt=before,
        platform_unit__kind=UnitKind.TOWNSHIP_PLATFORM,
    )
    dangers = set(Category.objects.filter(code__in=DANGERS).values_list("pk", flat=True))
    newest = list(rows.order_by("-opened_at")[:200])
    return sorted(newest, key=lambda one: one.category_id not in dangers)


def _under_way(incident: Incident, people: People, now: datetime) -> None:
    """Taken, reported, units sent; the record is still to be completed."""
    by = _operator(incident, people)
    emergency = _raised(incident, by, _ago(now, 25))
    take_emergency(emergency.pk, by=by, at=_ago(now, 22))
    units = _units_of(incident)
    emergency_dispatch(emergency.pk, units=units, by=by, at=_ago(now, 19), text="立即赶赴现场")
    send_report(emergency.pk, "first", FIRST, by=by, at=_ago(now, 8))


def _over(incident: Incident, people: People, now: datetime) -> None:
    by = _operator(incident, people)
    emergency = _raised(incident, by, _ago(now, 460))
    take_emergency(emergency.pk, by=by, at=_ago(now, 456))
    emergency_dispatch(emergency.pk, units=_units_of(incident), by=by, at=_ago(now, 450))
    send_report(emergency.pk, "first", FIRST, by=by, at=_ago(now, 436))
    send_report(emergency.pk, "follow_up", AGAIN, by=by, at=_ago(now, 240))
    end_emergency(emergency.pk, by=by, reason="水位回落，险情解除。", at=_ago(now, 95))
    record_late(emergency.pk, text="已补录出动和转移情况。", by=by, at=_ago(now, 90), complete=True)
    send_report(emergency.pk, "final", LAST, by=by, at=_ago(now, 60))


def _raised(incident: Incident, by: Actor, at: datetime) -> Emergency:
    """Those on duty are alerted when it is raised, which here lies back."""
    emergency = raise_emergency(incident.pk, by=by, at=at)
    EmergencyCall.objects.filter(emergency=emergency).update(called_at=at)
    return emergency


def _operator(incident: Incident, people: People) -> Actor:
    """The second operator of the platform, so that the first one's login has something to do."""
    code = next(c for c, unit in people.units.items() if unit.pk == incident.platform_unit_id)
    return _actor(people, login_of("township_operator", code, 2))


def _actor(people: People, login: str) -> Actor:
    user = User.objects.get(pk=people.memberships[login].user_id)
    actor = actor_for(user, today=timezone.localdate())
    if actor is None:
        raise ValueError(f"{login} holds no role")
    return actor


def _units_of(incident: Incident) -> list[UUID]:
    """The water station of the township and the office of the village."""
    units = Unit.objects.filter(
        active=True, kind__in=(UnitKind.DEPARTMENT, UnitKind.VILLAGE_OFFICE)
    )
    places = {incident.township_id: "water", incident.village_id: ""}
    found = units.filter(area_id__in=[key for key in places if key]).order_by("-function", "code")
    return [one.pk for one in found if places.get(one.area_id) == one.function]


def _ago(now: datetime, minutes: int) -> datetime:
    return now - timedelta(minutes=minutes)
