"""What the counters say, and what a plain recount of the rows says."""

from collections import Counter

from django.utils import timezone

from linli.casework import tallies
from linli.casework.models.counting import MARKS
from linli.incidents.models import Incident, IncidentEvent, IncidentTask

DIMENSIONS = ("total", "township", "category", "area", "unit", "had")


def counted() -> Counter:
    found: Counter = Counter()
    for dimension in DIMENSIONS:
        for by in ("key", "month"):
            for key, state, *numbers in tallies.measures("incident", dimension, by=by):
                for name, number in zip(("amount", *MARKS), numbers, strict=True):
                    found[dimension, key, state, name] += int(number)
    return +found


def recounted() -> Counter:
    found: Counter = Counter()
    for row in Incident.objects.all():
        keys = ("", row.township_id, row.category_id, row.area_id, row.lead_unit_id)
        month = timezone.localdate(row.opened_at).replace(day=1)
        for unit in _having(row):
            found["had", unit, row.state, "amount"] += 1
            found["had", month, row.state, "amount"] += 1
        for dimension, key in zip(DIMENSIONS[:-1], keys, strict=True):
            if key is not None:
                for name in _borne(row):
                    found[dimension, str(key), row.state, name] += 1
                    found[dimension, month, row.state, name] += 1
    return found


def _having(row: Incident) -> set[str]:
    """The units that have or had a task, each once."""
    return {
        str(unit)
        for unit in IncidentTask.objects.filter(incident=row).values_list("unit_id", flat=True)
    }


def _borne(row: Incident) -> set[str]:
    """By the timeline itself, not by what the case remembers of it."""
    if row.is_open or row.state in {"merged", "withdrawn", "not_accepted"} or row.merged_into_id:
        return {"amount"}
    kinds = set(IncidentEvent.objects.filter(incident=row).values_list("kind", flat=True))
    found = {"amount"}
    found |= {"dispatched"} if kinds & {"dispatch", "rule"} else set()
    found |= {"extended"} if "grant_extension" in kinds else set()
    if row.on_time is not None:
        found |= {"handled"} | ({"on_time"} if row.on_time else set())
        found |= {"reworked"} if "verify_fail" in kinds else set()
    return found
