"""Emergencies of the demo: one under way, one that ran to its end with all of its reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from linli.access.actor import Actor
from linli.attachments.store import FileStore
from linli.database.batch import Batch
from linli.flows.demo.evidence import uploaded
from linli.flows.demo.people import People, acting
from linli.flows.demo.units import centre_code, login_of
from linli.incidents.actions import take_step
from linli.incidents.actions.emergencies import (
    ReportText,
    emergency_dispatch,
    end_emergency,
    raise_on,
    record_late,
    send_report,
    take_emergency,
)
from linli.incidents.emergencies.queries import runs
from linli.incidents.enums import State
from linli.incidents.models import (
    Category,
    Emergency,
    EmergencyCall,
    Incident,
    IncidentEvent,
)
from linli.incidents.routing import suggest
from linli.organisations.models import Unit, UnitKind

OFFICE = "县委办公室值班室"
OTHER = "other"
LATEST = 500  # matters looked through
RECENT = timedelta(days=3)


@dataclass(frozen=True)
class _Told:
    """A staged emergency: whose it is, and how one writes of its kind. Times count back from now
    in minutes.
    """

    incident: Incident
    words: Mapping[str, Any]
    people: People
    store: FileStore
    now: datetime

    def ago(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def report(self, kind: str) -> ReportText:
        happened, measures, following = self.words[kind]
        return ReportText(happened, measures, following, OFFICE)

    def step(self, key: str, fields: Mapping[str, object], by: Actor, minutes: int) -> None:
        take_step(self.incident.pk, key, fields, version=None, by=by, at=self.ago(minutes))


def stage_emergencies(people: People, store: FileStore, until: datetime) -> int:
    """By the live actions, each step at its time; returns how many could be staged."""
    now = min(until, timezone.now())
    found = _fitting(now - timedelta(hours=9))
    if len(found) < 2:
        return 0
    _under_way(_Told(*found[0], people, store, now))
    _over(_Told(*found[1], people, store, now))
    return 2


@cache
def kinds() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(
        (files(__package__) / "emergencies.yaml").read_text("utf-8")
    )
    return found


def _fitting(before: datetime) -> list[tuple[Incident, Mapping[str, Any]]]:
    """Two matters of danger that a township has not sent anybody to: new ones, of two kinds, with
    which nothing was done since.
    """
    later = IncidentEvent.objects.filter(incident_id=OuterRef("pk"), occurred_at__gte=before)
    rows = Incident.objects.filter(
        ~Exists(later),
        state__in=(State.REPORTED, State.ACCEPTED),
        opened_at__lt=before,
        platform_unit__kind=UnitKind.TOWNSHIP_PLATFORM,
    )
    codes = dict(Category.objects.values_list("pk", "code"))
    kind_of = {code: kind for kind, one in kinds().items() for code in one["categories"]}
    found = [
        (row, kind_of.get(codes[row.category_id], OTHER))
        for row in rows.order_by("-opened_at")[:LATEST]
    ]

    def unfit(one: tuple[Incident, str], taken: str = "") -> tuple[bool, bool, bool]:
        row, kind = one
        return kind == OTHER, before - row.opened_at > RECENT, kind == taken

    found.sort(key=unfit)
    if found:
        found[1:] = sorted(found[1:], key=lambda one: unfit(one, found[0][1]))
    return [(row, kinds()[kind]) for row, kind in found[:2]]


def _under_way(told: _Told) -> None:
    """Taken, reported, units on their way; the record is still to be completed."""
    emergency, by = _raised(told, 25)
    _dispatched(told, emergency, by, 19)
    send_report(emergency.pk, "first", told.report("first"), by=by, at=told.ago(8))


def _over(told: _Told) -> None:
    """Handled, recorded, verified by somebody else, and reported three times."""
    emergency, by = _raised(told, 460)
    handler = _dispatched(told, emergency, by, 450)
    send_report(emergency.pk, "first", told.report("first"), by=by, at=told.ago(436))
    told.step("sign_for", {}, handler, 431)
    send_report(emergency.pk, "follow_up", told.report("follow_up"), by=by, at=told.ago(240))
    end_emergency(emergency.pk, by=by, reason=told.words["over"], at=told.ago(125))
    record_late(emergency.pk, text=told.words["recorded"], by=by, at=told.ago(118), complete=True)
    photo = uploaded(told.store, by=handler, at=told.ago(105))
    result = {"result": told.words["result"], "evidence": [str(photo.pk)]}
    told.step("hand_in", result, handler, 104)
    verifier = acting(told.people, login_of("verifier", centre_code(), 2))
    verified = {"verification_kind": "on_site", "outcome": "solved"}
    told.step("verify_pass", verified, verifier, 70)
    send_report(emergency.pk, "final", told.report("final"), by=by, at=told.ago(45))


def _raised(told: _Told, minutes: int) -> tuple[Emergency, Actor]:
    """Raised by an operator, taken by whoever is on duty; returns who goes on with it."""
    operator = _operator(told)
    batch, at = Batch(), told.ago(minutes)
    emergency = raise_on(told.incident, at=at, now=at, by=operator, batch=batch)
    batch.send()
    call = EmergencyCall.objects.filter(emergency=emergency, user_id__isnull=False).last()
    logins = {row.user_id: login for login, row in told.people.memberships.items()}
    officer = acting(told.people, logins[call.user_id]) if call and call.user_id else operator
    take_emergency(emergency.pk, by=officer, at=told.ago(minutes - 3))
    return emergency, officer if runs(officer, told.incident) else operator


def _dispatched(told: _Told, emergency: Emergency, by: Actor, minutes: int) -> Actor:
    """The units that the rules name, and the village; returns a handler of the one that leads."""
    at = told.ago(minutes)
    found = suggest(told.incident, at=at)
    if found is None:
        raise ValueError(f"nobody takes {told.incident.number}")
    village = Q(kind=UnitKind.VILLAGE_OFFICE, area=told.incident.village_id)
    offices = Unit.objects.filter(village, active=True)
    units = dict.fromkeys(one.pk for one in (found.unit, *found.co_units, *offices))
    order = told.words["order"]
    emergency_dispatch(emergency.pk, units=list(units), by=by, at=at, text=order)
    role = "village_operator" if found.unit.kind == UnitKind.VILLAGE_OFFICE else "unit_handler"
    return acting(told.people, login_of(role, _code(told.people, found.unit.pk)))


def _operator(told: _Told) -> Actor:
    """The second operator of the platform, so that the first one's login has something to do."""
    code = _code(told.people, told.incident.platform_unit_id)
    return acting(told.people, login_of("township_operator", code, 2))


def _code(people: People, unit: UUID | None) -> str:
    return next(code for code, one in people.units.items() if one.pk == unit)
