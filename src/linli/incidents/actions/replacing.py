"""After the divisions changed: open cases of areas that ended or lie elsewhere find today's.

Closed cases keep the areas of their day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
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
from linli.notifications import actions as notices
from linli.notifications.actions import Word
from linli.territory.models import Area
from linli.territory.placement import Place
from linli.territory.places import place_of
from linli.territory.snapshots import Snapshot, snapshot

AT_ONCE = 500
Successors = Mapping[UUID, UUID]


@transaction.atomic
def replace_open(successors: Successors, *, on: date, by: Actor) -> int:
    """Place every open case whose area ended or hangs elsewhere; returns how many there were.

    `successors` maps areas that only got another code to their new ones; `on` is the day from
    which the change holds. An area that ended without one: the case's point decides, else the
    nearest area above that is left.
    """
    replaced = 0
    for area, township, village in list(_stale(snapshot())):
        rows = Incident.objects.filter(
            is_open=True, area_id=area, township_id=township, village_id=village
        )
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), AT_ONCE):
            replaced += _replace(ids[start : start + AT_ONCE], successors, on=on, by=by)
    _replace_further(successors)
    return replaced


def _stale(then: Snapshot) -> Iterator[tuple[UUID, UUID | None, UUID | None]]:
    """Areas of open cases, as kept with them, that are not so on today's map."""
    rows = Incident.objects.filter(is_open=True, area__isnull=False)
    kept = rows.order_by().values_list("area_id", "township_id", "village_id").distinct()
    for area, township, village in kept:
        now = _hung(then, area, township)
        if now is None or (now.township_id, now.village_id) != (township, village):
            yield area, township, village


def _hung(then: Snapshot, area: UUID | None, township: UUID | None = None) -> Place | None:
    """An area with its township and village of today; None where it is no more.

    A grid whose village ended hangs under nothing for now: it stays in its `township`.
    """
    if area is None or area not in then.nodes:
        return None
    found = place_of(None, None, "wgs84", area)
    if found.township_id is None and township in then.nodes:
        return replace(found, township_id=township)
    return found


def _replace(ids: list[UUID], successors: Successors, *, on: date, by: Actor) -> int:
    batch = Batch()
    rows = Incident.objects.filter(pk__in=ids, is_open=True).order_by("pk")
    for incident in rows.select_for_update(of=("self",)):
        _put(incident, successors, on=on, by=by, batch=batch)
    batch.send()
    return len(ids)


def _put(incident: Incident, successors: Successors, *, on: date, by: Actor, batch: Batch) -> None:
    now, before, unit = timezone.now(), cell(incident), incident.platform_unit_id
    point, quality = (incident.longitude, incident.latitude), incident.place_quality
    place = _place(incident, successors)
    incident.version += 1
    data = {"on": on.isoformat(), **relocate(incident, place, renamed=successors)}
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


def _place(incident: Incident, successors: Successors) -> Place:
    """The same area where it still is; else by the point; else what came after or lies above."""
    then = snapshot()
    same = _hung(then, incident.area_id, incident.township_id)
    if same is not None:
        return Place(same.area_id, same.township_id, same.village_id)
    if incident.longitude is not None and incident.latitude is not None:
        found = place_of(incident.longitude, incident.latitude, "wgs84", None)
        if found.area_id is not None:
            return found
    return _hung(then, _heir(then, incident.area_id, successors)) or Place()


def _heir(then: Snapshot, area_id: UUID | None, successors: Successors) -> UUID | None:
    """The area that came after an ended one, or the first one above that is left."""
    seen: set[UUID] = set()
    while area_id is not None and area_id not in then.nodes and area_id not in seen:
        seen.add(area_id)
        parent = Area.objects.filter(pk=area_id).values_list("parent_id", flat=True).first()
        area_id = successors.get(area_id, parent)
    return area_id


def _queue(incident: Incident) -> UUID | None:
    tasks = IncidentTask.objects.filter(incident=incident, is_open=True, lead=False)
    co_units = tasks.values_list("unit_id", flat=True)
    category = references.category(incident.category_id)
    return queue_of(incident, case_facts(incident, category, co_units), timezone.now())


def _replace_further(successors: Successors) -> None:
    """Further places follow their areas; the case's page shows them as they are now."""
    then = snapshot()
    rows = IncidentPlace.objects.filter(incident__is_open=True)
    for place in rows.select_for_update(of=("self",)).order_by("pk"):
        heir = _heir(then, place.area_id, successors)
        now = _hung(then, heir, place.township_id)
        if now is None or now.area_id is None:
            continue
        if (now.area_id, now.township_id) != (place.area_id, place.township_id):
            place.area_id, place.township_id = now.area_id, now.township_id
            place.save(update_fields=["area", "township_id"])
