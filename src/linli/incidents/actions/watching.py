"""The nightly look at what the process covers: the county centre is told of each gap once."""

from datetime import datetime

from django.db import transaction

from linli.access.actor import Actor
from linli.audit import actions as audit
from linli.casework.definitions import newest_process
from linli.casework.models import UncoveredGap
from linli.counties.tenancy import new
from linli.database.batch import Batch
from linli.incidents import references
from linli.incidents.coverage import PROCESS, check
from linli.notifications import actions as notices
from linli.notifications.actions import Word

SUBJECT = "process"
MESSAGE = "county.uncovered"


@transaction.atomic
def watch_coverage(*, now: datetime, by: Actor) -> int:
    """Note the gaps of tonight, tell of the new ones, close the mended; returns how many are new.

    Whoever runs twice at once tells once: the open gaps are locked, and unique by their key.
    """
    keys = [gap.key[:250] for gap in check(newest_process(PROCESS), now=now).gaps]
    rows = UncoveredGap.objects.filter(process=PROCESS, closed_at__isnull=True)
    known = {row.key: row for row in rows.select_for_update(of=("self",)).order_by("id")}
    fresh = [key for key in dict.fromkeys(keys) if key not in known]
    mended = [row.pk for key, row in known.items() if key not in keys]
    UncoveredGap.objects.filter(pk__in=mended).update(closed_at=now)
    made = [new(UncoveredGap, process=PROCESS, key=key, found_at=now) for key in fresh]
    UncoveredGap.objects.bulk_create(made)
    if made:
        _tell(made, now)
    if made or mended:
        audit.record(by=by, action="process.watched", subject=(SUBJECT, None, PROCESS))
    return len(made)


def _tell(made: list[UncoveredGap], now: datetime) -> None:
    batch, centre = Batch(), references.platform_of(None).id
    words = [Word(MESSAGE, unit=centre)] if centre else []
    notices.tell(words, subject=(SUBJECT, made[0].pk, str(len(made))), at=now, batch=batch)
    batch.send()
