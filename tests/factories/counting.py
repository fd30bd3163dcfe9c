"""What the counters say, and what a plain recount of the rows says."""

from collections import Counter

from django.utils import timezone

from linli.casework import tallies
from linli.incidents.models import Incident

DIMENSIONS = ("total", "township", "category", "area", "unit")


def counted() -> Counter:
    found: Counter = Counter()
    for dimension in DIMENSIONS:
        for key, state, amount in tallies.totals("incident", dimension, by="key"):
            found[dimension, key, state] += amount
        for month, state, amount in tallies.totals("incident", dimension, by="month"):
            found[dimension, month, state] += amount
    return found


def recounted() -> Counter:
    found: Counter = Counter()
    for row in Incident.objects.all():
        keys = ("", row.township_id, row.category_id, row.area_id, row.lead_unit_id)
        month = timezone.localdate(row.opened_at).replace(day=1)
        for dimension, key in zip(DIMENSIONS, keys, strict=True):
            if key is not None:
                found[dimension, str(key), row.state] += 1
                found[dimension, month, row.state] += 1
    return found
