"""Many incidents with the shape of the demo county: each of its cases again and again, earlier.

Only what lists, searches, counters and work queues read is multiplied; timelines are not. The rows
lie in the order of their time, as a county's do that come one after the other.
"""

from typing import Any

import psycopg

COUNTY = "530128"
EARLIER = "(opened_at - {k} * interval '5 hours')"
WEEK = "('@' || floor(extract(epoch FROM {}) / 604800))"  # as `search_text.week_of` tells it
COPIED = {
    "incidents_incident": {
        "number": "number || '-' || {k}",
        "opened_at": EARLIER,
        "closed_at": "closed_at - {k} * interval '5 hours'",
        "due_at": "due_at - {k} * interval '5 hours'",
        "merged_into_id": "NULL",
    },
    "incidents_incidenttask": {"opened_at": EARLIER},
    "incidents_incidenttext": {
        "opened_at": EARLIER,
        "tokens": f"ts_delete(tokens, {WEEK.format('opened_at')})"
        f" || array_to_tsvector(ARRAY[{WEEK.format(EARLIER)}])",
    },
}
ORDER = {
    "incidents_incident": "incidents_by_time",
    "incidents_incidenttext": "incidents_text_recent",
}
OTHER_ID = "md5({column}::text || '{k}')::uuid"
DIMENSIONS = {
    "total": "ARRAY['']",
    "township": "ARRAY[township_id::text]",
    "category": "ARRAY[category_id::text]",
    "area": "ARRAY[area_id::text]",
    "unit": "ARRAY[lead_unit_id::text]",
    "had": "unit_ids::text[]",  # without marks
}

TAKEN = "progress #> '{counts,case}'"
ENDED = f"NOT is_open AND NOT {TAKEN} ? 'merge'"
MARKED = {  # as the actions mark an ended case
    "dispatched": f"{TAKEN} ?| ARRAY['dispatch', 'rule']",
    "handled": "on_time IS NOT NULL",
    "on_time": "on_time",
    "reworked": f"on_time IS NOT NULL AND {TAKEN} ? 'verify_fail'",
    "extended": f"{TAKEN} ? 'grant_extension'",
}


def multiply(address: Any, times: int, *, first: int = 1) -> int:
    """Make every incident of the demo county `times` as many; returns how many there are.

    `first` is what an earlier call has reached.
    """
    with psycopg.connect(**address.params("owner"), autocommit=True) as owner:
        owner.execute("SELECT set_config('linli.county', %s, false)", [COUNTY])
        owner.execute("SET maintenance_work_mem = '512MB'")
        index = _take_text_index(owner)
        for k in range(first, times):
            for table, changes in COPIED.items():
                _copy(owner, table, changes, k)
        for table, by_time in ORDER.items():
            owner.execute(f"CLUSTER {table} USING {by_time}")
        owner.execute(index)
        _recount(owner)
        for table in (*COPIED, "casework_tally"):
            owner.execute(f"VACUUM ANALYZE {table}")
        found = owner.execute("SELECT count(*) FROM incidents_incident").fetchone()
    return int(found[0]) if found else 0


def _take_text_index(owner: Any) -> str:
    (definition,) = owner.execute(
        "SELECT indexdef FROM pg_indexes WHERE indexname = 'incidents_text_tokens'"
    ).fetchone()
    owner.execute("DROP INDEX incidents_text_tokens")
    return str(definition)


def _copy(owner: Any, table: str, changes: dict[str, str], k: int) -> None:
    columns = [
        name
        for (name,) in owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            [table],
        ).fetchall()
    ]
    keys = {"id", "incident_id"}
    expressions = [
        OTHER_ID.format(column=name, k=k)
        if name in keys
        else changes.get(name, '"{name}"').format(name=name, k=k)
        for name in columns
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    marked = "number !~ '-.*-'" if table == "incidents_incident" else _original(table)
    owner.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(expressions)} FROM {table} WHERE {marked}"
    )


def _original(table: str) -> str:
    column = "id" if table == "incidents_incidenttext" else "incident_id"
    return f"{column} IN (SELECT id FROM incidents_incident WHERE number !~ '-.*-')"


def _recount(owner: Any) -> None:
    owner.execute("DELETE FROM casework_tallydelta")
    owner.execute("DELETE FROM casework_tally")
    for dimension, keys in DIMENSIONS.items():
        borne = [f"{ENDED} AND {w} AND '{dimension}' <> 'had'" for w in MARKED.values()]
        owner.execute(
            "INSERT INTO casework_tally"
            f" (county_id, id, subject, dimension, key, month, state, amount, {', '.join(MARKED)})"
            f" SELECT county_id, gen_random_uuid(), 'incident', '{dimension}', key,"
            "  date_trunc('month', opened_at AT TIME ZONE 'Asia/Shanghai')::date, state, count(*),"
            f" {', '.join(f'count(*) FILTER (WHERE {one})' for one in borne)}"
            f" FROM incidents_incident, unnest({keys}) AS key"
            " WHERE key IS NOT NULL GROUP BY county_id, 5, 6, state"
        )
