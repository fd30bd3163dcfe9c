"""A county full of cases: a few are taken through their steps, SQL makes thousands like them."""

from datetime import timedelta

import psycopg
from django.utils import timezone

from linli.incidents.models import Incident
from linli.territory.models import Area, Level
from tests.factories.county import BEGINNING, Small
from tests.factories.steps import dispatched, handled_by, reported, step

TOWNSHIPS = 12
LIKE_EACH = 3_000  # copies of a closed case; of an open one a twentieth
OTHER_ID = "md5({}::text || k)::uuid"
EARLIER = "{0} - k * interval '5 hours'"

_COPIES: dict[str, tuple[str, dict[str, str]]] = {
    "incidents_incident": (
        "NOT t.is_open OR k % 20 = 0",
        {
            "id": OTHER_ID.format("t.id"),
            "number": "t.number || '-' || k",
            "opened_at": EARLIER.format("t.opened_at"),
            "closed_at": EARLIER.format("t.closed_at"),
            "due_at": EARLIER.format("t.due_at"),
            "township_id": "(%(townships)s::uuid[])[1 + k %% cardinality(%(townships)s::uuid[])]",
        },
    ),
    "incidents_incidenttask": (
        "NOT t.is_open OR k % 20 = 0",
        {
            "id": OTHER_ID.format("t.id"),
            "incident_id": OTHER_ID.format("t.incident_id"),
            "opened_at": EARLIER.format("t.opened_at"),
        },
    ),
    "incidents_incidenttext": (
        "k > 0",
        {"id": OTHER_ID.format("t.id"), "opened_at": EARLIER.format("t.opened_at")},
    ),
    "incidents_incidentevent": (
        "k % 20 = 0",
        {
            "id": OTHER_ID.format("t.id"),
            "incident_id": OTHER_ID.format("t.incident_id"),
            "recorded_at": "t.recorded_at + k / 20 %% 13 * interval '1 month'",
        },
    ),
}


def fill(small: Small) -> None:
    """Cases of every kind in the current county, as the actions write them."""
    operator, handler = small.township_operator(), small.handler()
    for number in range(1, TOWNSHIPS):
        Area.objects.create(
            layer=small.layer,
            level=Level.TOWNSHIP,
            code=f"5301282{number:02}",
            name=f"第{number}乡",
            parent=small.root,
            valid_from=BEGINNING,
        )
    for _ in range(2):
        reported(small)
        dispatched(small, small.water, operator)
        step(reported(small), "not_accept", operator, reason="不属于本县")
    for unit in (small.water, small.roads, small.water, small.roads):
        worker = handler if unit == small.water else small.handler(unit)
        done = handled_by(small, worker, unit, operator=operator)
        kind = done.verification
        step(done, "verify_pass", operator, verification_kind=kind, outcome="solved")
    # Once open again, so that what is due has several dates.
    Incident.objects.filter(is_open=True).update(due_at=timezone.now() - timedelta(days=1))


def multiply(dsn: str, county: str) -> None:
    """Thousands of copies of what is there, each five hours earlier; statistics of all of it."""
    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute("SELECT set_config('linli.county', %s, false)", [county])
        townships = owner.execute(
            "SELECT array_agg(id ORDER BY code) FROM territory_area WHERE level = 1"
        ).fetchone()
        for table, (wanted, changes) in _COPIES.items():
            changed = ", ".join(f"'{column}', {value}" for column, value in changes.items())
            owner.execute(
                f"INSERT INTO {table} SELECT made.* FROM {table} t, generate_series(1, %(many)s) k,"
                f" LATERAL jsonb_populate_record(t, jsonb_build_object({changed})) made"
                f" WHERE {wanted.replace('%', '%%')}",
                {"many": LIKE_EACH, "townships": townships[0] if townships else []},
            )
            owner.execute(f"ANALYZE {table}")  # else keys to it may be looked up row by row
        owner.execute(f"VACUUM (ANALYZE) {', '.join(_COPIES)}")
