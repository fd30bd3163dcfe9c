"""After the divisions changed: open cases of areas that ended or lie elsewhere find today's.

Closed cases keep the areas of their day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.access.actor import Actor
from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.actions.record import SUBJECT, audited, cell, count, event
from linli.incidents.actions.relocating import relocate
from linli.incidents.actions.rows import store
from linli.incidents.actions.verifying import queue_of
from linli.incidents.enums import EventKind
from linli.incidents.facts import case_facts
from linli.incidents.models import Incident, IncidentPlace, IncidentTask
from linli.incidents.sight import follow
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.territory.models import Area
from linli.territory.placement import UNKNOWN, Place
from linli.territory.places import place_of, place_on
from linli.territory.snapshots import Snapshot, snapshot

AT_ONCE = 500
Successors = Mapping[UUID, UUID]


@dataclass(frozen=True)
class _Change:
    """The map after the change, and what came after the areas that are not on it any more."""

    then: Snapshot
    successors: Successors
    on: date
    by: Actor
    heirs: dict[UUID, UUID | None] = field(default_factory=dict)

    def hung(self, area: UUID | None, township: UUID | None = None) -> Place | None:
        """An area with its township and village of today; None where it is no more.

        A grid whose village ended hangs under nothing for now: it stays in its `township`.
        """
        if area is None or area not in self.then.nodes:
            return None
        found = place_on(self.then, area)
        if found.township_id is None and township in self.then.nodes:
            return replace(found, township_id=township)
        return found

    def heir(self, area: UUID | None) -> UUID | None:
        """The area that came after an ended one, or the first one above that is left."""
        if area is None or area in self.then.nodes:
            return area
        if area not in self.heirs:
            self.heirs[area] = None  # ends a circle
            parents = Area.objects.filter(pk=area).values_list("parent_id", flat=True)
            self.heirs[area] = self.heir(self.successors.get(area) or parents.first())
        return self.heirs[area]

    def place(self, row: Incident | IncidentPlace) -> Place:
        """The same area where it still is; else by the point; else what came after or is above."""
        same = self.hung(row.area_id, row.township_id)
        if same is not None:
            return replace(same, quality=UNKNOWN)
        if row.longitude is not None and row.latitude is not None:
            found = place_of(row.longitude, row.latitude, "wgs84", None)
            if found.area_id is not None:
                return found
        return self.hung(self.heir(row.area_id)) or Place()


@transaction.atomic
def replace_open(successors: Successors, *, on: date, by: Actor) -> int:
    """Place every open case whose area ended or hangs elsewhere; returns how many there were.

    `successors` maps areas that only got another code to their new ones; `on` is the day from
    which the change holds. An area that ended without one: the case's point decides, else the
    nearest area above that is left.
    """
    change = _Change(snapshot(), successors, on, by)
    ids = sorted(_stale(change))  # locked in one order throughout, as bulk steps do
    for start in range(0, len(ids), AT_ONCE):
        _replace(ids[start : start + AT_ONCE], change)
    _replace_further(change)
    return len(ids)


def _stale(change: _Change) -> Iterator[UUID]:
    """Open cases whose area, as kept with them, is not so on today's map."""
    rows = Incident.objects.filter(is_open=True, area__isnull=False).order_by()
    for kept in rows.values("area_id", "township_id", "village_id").distinct():
        now = change.hung(kept["area_id"], kept["township_id"])
        found = now and {**kept, "township_id": now.township_id, "village_id": now.village_id}
        if found != kept:
            yield from rows.filter(**kept).values_list("pk", flat=True)


def _replace(ids: list[UUID], change: _Change) -> None:
    batch = Batch()
    rows = Incident.objects.filter(pk__in=ids, is_open=True).order_by("pk")
    for incident in rows.select_for_update(of=("self",)):
        _put(incident, change, batch=batch)
    batch.send()


def _put(incident: Incident, change: _Change, *, batch: Batch) -> None:
    by = change.by
    now, before, unit = timezone.now(), cell(incident), incident.platform_unit_id
    point, quality = (incident.longitude, incident.latitude), incident.place_quality
    place = change.place(incident)
    incident.version += 1
    moved = relocate(incident, place, renamed=change.successors)
    data = {"on": change.on.isoformat(), **moved}
    incident.longitude, incident.latitude = point
    incident.place_quality = place.quality or quality
    if incident.platform_unit_id != unit and incident.verifier_unit_id is not None:
        incident.verifier_unit_id = _queue(incident)
    count(before, incident, at=now, batch=batch)
    kind = EventKind.AREA_CHANGED.value
    batch.insert(event(incident, kind=kind, by=by, at=now, from_state=incident.state, data=data))
    store(incident, batch=batch)
    audited(incident, action=kind, by=by, batch=batch)
    if incident.platform_unit_id != unit:
        told = {"left": unit, "arrived": incident.platform_unit_id}
        words = [Word(f"{who}.{kind}", unit=one) for who, one in told.items() if one]
        subject = (SUBJECT, incident.pk, incident.number)
        notices.tell(words, subject=subject, at=now, batch=batch)


def _queue(incident: Incident) -> UUID | None:
    tasks = IncidentTask.objects.filter(incident=incident, is_open=True, lead=False)
    co_units = tasks.values_list("unit_id", flat=True)
    category = references.category(incident.category_id)
    return queue_of(incident, case_facts(incident, category, co_units), timezone.now())


def _replace_further(change: _Change) -> None:
    """Further places follow their areas; the case's page shows them as they are now."""
    rows, batch = IncidentPlace.objects.filter(incident__is_open=True), Batch()
    for place in rows.select_for_update(of=("self",)).order_by("pk"):
        now = change.place(place)
        if now.area_id is None:
            continue
        names = ("area_id", "township_id", "village_id")
        if any(getattr(now, name) != getattr(place, name) for name in names):
            for name in names:
                setattr(place, name, getattr(now, name))
            batch.update(place, ["area", *names[1:]])
            follow([place.incident_id], batch=batch)
    batch.send()
