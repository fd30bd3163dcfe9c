"""The past of a county, read month by month: each its own short transaction."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection

from linli.casework.models import ProcessVersion
from linli.counties.opening import open_county
from linli.incidents.actions.report import PROCESS
from linli.incidents.histories import keys_of, read_histories
from linli.processes import load
from linli.whatif.histories import Collector, Histories, Indexes

PART = timedelta(days=31)
PATIENCE = "5min"  # a month of a large county, sorted on a busy disk

Progress = Callable[[int, int], None]


def read_past(
    county: str, since: datetime, until: datetime, *, indexes: Indexes, progress: Progress
) -> Histories:
    """Every case opened from `since` to before `until`. Call outside a context.

    `progress` is told between the parts, and may raise to end the reading.
    """
    with open_county(county):
        documents = ProcessVersion.objects.filter(process=PROCESS).values_list(
            "document", flat=True
        )
        keys = keys_of([load(text) for text in documents])
    collector = Collector(indexes)
    parts = list(pairwise(bounds(since, until)))
    for number, (begin, end) in enumerate(parts):
        progress(number, len(parts))
        with open_county(county):
            take_time()
            for case, events in read_histories(begin, end, keys):
                collector.add(case, events)
    progress(len(parts), len(parts))
    return collector.histories()


def bounds(since: datetime, until: datetime) -> Iterator[datetime]:
    at = since
    while at < until:
        yield at
        at += PART
    yield until


def take_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
