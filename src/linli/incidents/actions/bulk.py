"""One step for many incidents: each in its own savepoint, each with its own answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from linli.access.actor import Actor
from linli.incidents.actions.step import Conflict, NotFound, take_step
from linli.incidents.models import Incident
from linli.incidents.queries import visible_to
from linli.incidents.rules import Invalid
from linli.processes import Refused

MOST = 100
PATIENCE = "25s"  # bulks that overlap go one after the other


@dataclass(frozen=True)
class Answer:
    """What became of one of them: `incident` where it went through, else what stood in the way."""

    id: UUID
    incident: Incident | None = None
    error: Refused | Invalid | Conflict | NotFound | None = None


@transaction.atomic
def take_step_for_all(
    ids: Sequence[UUID],
    step: str,
    fields: Mapping[str, object],
    *,
    versions: Mapping[UUID, int],
    by: Actor,
) -> list[Answer]:
    """Take a step for each; answers in the order given. Raises Invalid for more than 100.

    All rows in sight are locked first, in the order of their ids: bulks that overlap wait for
    each other and never deadlock. Others are not found, and never locked.
    """
    if len(ids) > MOST:
        raise Invalid("case", "too_many", limit=MOST)
    wanted = sorted(set(ids))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
    seen = visible_to(by).filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",))
    answers = {one: Answer(one, error=NotFound(one)) for one in wanted}
    for row in seen:
        answers[row.pk] = _one(row.pk, step, fields, versions.get(row.pk), by)
    return [answers[one] for one in dict.fromkeys(ids)]


def _one(
    incident_id: UUID, step: str, fields: Mapping[str, object], version: int | None, by: Actor
) -> Answer:
    try:
        with transaction.atomic():
            return Answer(incident_id, take_step(incident_id, step, fields, version=version, by=by))
    except (Refused, Invalid, Conflict, NotFound) as error:
        return Answer(incident_id, error=error)
