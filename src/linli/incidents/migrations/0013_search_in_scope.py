"""The search walks through what its reader sees, by the index of each reason to see it, and knows
every filter of a list: before, a common word cost a reader of one township the walk through all."""

from importlib import import_module
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, migrations, models

from linli.database.context import county_context

older = import_module("linli.incidents.migrations.0007_places_of_villages")
TEXT, INCIDENT = "incidents_incidenttext", "incidents_incident"
TASK, PLACE = "incidents_incidenttask", "incidents_incidentplace"

# What `incidents.sight` keeps, for all cases of a county.
KEYS = f"""
UPDATE {TEXT} AS told SET seen_by = ARRAY(
    SELECT DISTINCT key FROM (
        SELECT unnest(ARRAY[township_id, village_id, area_id, reporter_id]) FROM {INCIDENT} AS here
        WHERE here.county_id = told.county_id AND here.id = told.id
        UNION ALL SELECT unnest(ARRAY[township_id, village_id, area_id]) FROM {PLACE} AS here
        WHERE here.county_id = told.county_id AND here.incident_id = told.id
        UNION ALL SELECT unit_id FROM {TASK} AS here
        WHERE here.county_id = told.county_id AND here.incident_id = told.id
    ) AS seen (key) WHERE key IS NOT NULL ORDER BY key)
WHERE told.county_id = %s
"""
PARAMETERS = """
    query text, everything boolean, townships uuid[], villages uuid[], areas uuid[], units uuid[],
    reporter uuid, only_open boolean, in_states text[], in_township uuid, in_village uuid,
    in_area uuid, in_category uuid, in_unit uuid, with_severity text, from_source text,
    due_before timestamptz, only_supervised boolean, only_sampled boolean, only_unplaced boolean,
    opened_from timestamptz, opened_to timestamptz, before timestamptz, before_id uuid, size integer
"""
NAMES = ", ".join(part.split()[0] for part in PARAMETERS.split(","))
TYPES = ", ".join(" ".join(part.split()[1:]) for part in PARAMETERS.split(","))

# What every function begins with: the words, the county, and the times between which it looks.
BOUNDS = """
    sight uuid[] := CASE WHEN everything
        THEN ARRAY[COALESCE(in_area, in_village, in_unit, in_township)]
        ELSE townships || villages || areas || units || reporter END;
    words tsquery := query::tsquery;
    here text := NULLIF(current_setting('linli.county', true), '');
    since timestamptz := COALESCE(opened_from, '-infinity');
    later boolean := opened_to IS NULL OR before < opened_to;
    until_at timestamptz := CASE WHEN later THEN COALESCE(before, 'infinity') ELSE opened_to END;
    until_id uuid := CASE WHEN later AND before IS NULL THEN 'ffffffff-ffff-ffff-ffff-ffffffffffff'
        WHEN later THEN before_id ELSE '00000000-0000-0000-0000-000000000000' END;
"""
WANTED = """
    (only_open IS NULL OR i.is_open = only_open)
    AND (in_states IS NULL OR i.state = ANY(in_states))
    AND (in_township IS NULL OR i.township_id = in_township)
    AND (in_village IS NULL OR i.village_id = in_village)
    AND (in_area IS NULL OR i.area_id = in_area)
    AND (in_category IS NULL OR i.category_id = in_category)
    AND (in_unit IS NULL OR i.lead_unit_id = in_unit)
    AND (with_severity IS NULL OR i.severity = with_severity)
    AND (from_source IS NULL OR i.source = from_source)
    AND (due_before IS NULL OR (i.is_open AND i.due_at < due_before))
    AND (only_supervised IS NULL OR i.supervised)
    AND (only_sampled IS NULL OR i.sampled)
    AND (only_unplaced IS NULL OR i.area_id IS NULL)
"""
SIGHT = f"""
    (everything OR i.township_id = ANY(townships) OR i.village_id = ANY(villages)
    OR i.area_id = ANY(areas) OR i.reporter_id = reporter
    OR EXISTS (SELECT 1 FROM {TASK} task WHERE task.county_id = here
               AND task.incident_id = i.id AND task.unit_id = ANY(units))
    OR EXISTS (SELECT 1 FROM {PLACE} place WHERE place.county_id = here
               AND place.incident_id = i.id AND (place.township_id = ANY(townships)
               OR place.village_id = ANY(villages) OR place.area_id = ANY(areas))))
"""


def newest_of(table: str, key: str = "id", where: str = "") -> str:
    """The newest `look` rows of a reason to see cases, read backwards by its own index."""
    return f"""(SELECT r.opened_at, r.{key} AS id FROM {table} r
        WHERE r.county_id = here {where} AND r.opened_at >= since
        AND (r.opened_at, r.{key}) < (until_at, until_id)
        ORDER BY r.opened_at DESC, r.{key} DESC LIMIT look)"""


def each_of(keys: str, column: str, table: str = INCIDENT, key: str = "id") -> str:
    inner = newest_of(table, key, f"AND r.{column} = given.one")
    return f"(SELECT found.* FROM unnest({keys}) AS given(one), LATERAL {inner} AS found)"


SEEN = " UNION ALL ".join(
    [
        newest_of(INCIDENT, where="AND all_of_them"),
        each_of("by_township", "township_id"),
        each_of("by_village", "village_id"),
        each_of("by_area", "area_id"),
        each_of("by_unit", "lead_unit_id"),
        each_of("by_category", "category_id"),
        each_of("ARRAY[by_reporter]", "reporter_id"),
        each_of("by_task", "unit_id", TASK, "incident_id"),
        each_of("touched_townships", "township_id", PLACE, "incident_id"),
        each_of("touched_villages", "village_id", PLACE, "incident_id"),
        each_of("touched_areas", "area_id", PLACE, "incident_id"),
    ]
)


def newest_function(returned: str, declared: str, told: str, then: str = "") -> str:
    """Of the newest cases that a reader sees: how many there were, and which have the words and
    are wanted. Who sees everything is led by the narrowest filter that has an index.
    """
    return f"""
CREATE FUNCTION incidents_search_newest({PARAMETERS}, look integer)
RETURNS TABLE ({returned})
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE {BOUNDS}
    all_of_them boolean := false;
    by_township uuid[] := townships; by_village uuid[] := villages; by_area uuid[] := areas;
    by_task uuid[] := units; by_reporter uuid := reporter;
    touched_townships uuid[] := townships; touched_villages uuid[] := villages;
    touched_areas uuid[] := areas; by_unit uuid[]; by_category uuid[];{declared}
BEGIN
    IF everything THEN
        SELECT '{{}}', '{{}}', '{{}}', '{{}}', NULL, '{{}}', '{{}}', '{{}}'
        INTO by_township, by_village, by_area, by_task, by_reporter,
            touched_townships, touched_villages, touched_areas;
        CASE
            WHEN in_area IS NOT NULL THEN by_area := ARRAY[in_area];
            WHEN in_village IS NOT NULL THEN by_village := ARRAY[in_village];
            WHEN in_unit IS NOT NULL THEN by_unit := ARRAY[in_unit];
            WHEN in_category IS NOT NULL THEN by_category := ARRAY[in_category];
            WHEN in_township IS NOT NULL THEN by_township := ARRAY[in_township];
            ELSE all_of_them := true;
        END CASE;
    END IF;
    {told.format(FOUND)}{then}
END
$$
"""


FOUND = f"""WITH seen AS MATERIALIZED (
        SELECT s.opened_at, s.id FROM ({SEEN}) s GROUP BY s.opened_at, s.id
        ORDER BY s.opened_at DESC, s.id DESC LIMIT look
    ), said AS MATERIALIZED (
        SELECT s.opened_at, s.id FROM seen s JOIN {TEXT} t
        ON t.county_id = here AND t.id = s.id AND t.tokens @@ words
    ), hit AS (
        SELECT s.opened_at, s.id FROM said s JOIN {INCIDENT} i
        ON i.county_id = here AND i.id = s.id AND {WANTED}
    )
    SELECT (SELECT count(*) FROM seen),
        array_agg(hit.id ORDER BY hit.opened_at DESC, hit.id DESC),
        array_agg(hit.opened_at ORDER BY hit.opened_at DESC, hit.id DESC)"""
# Where that is no page: how many rows the text index would give, as the planner knows from its
# statistics. It is volatile because no other function may ask for a plan.
EXPECTED = f"""
    IF looked = look AND COALESCE(cardinality(ids), 0) < size THEN
        EXECUTE 'EXPLAIN (FORMAT JSON) SELECT FROM {TEXT} t'
            ' WHERE t.county_id = $1 AND t.tokens @@ $2'
            || CASE WHEN sight[1] IS NULL THEN '' ELSE ' AND t.seen_by && $3' END
            INTO plan USING here, words, sight;
        expected := plan -> 0 -> 'Plan' ->> 'Plan Rows';
    END IF;
    RETURN NEXT;"""
NEWEST = newest_function(
    "expected double precision, looked bigint, ids uuid[], times timestamptz[]",
    " plan json;",
    "{}\n    INTO looked, ids, times FROM hit;",
    EXPECTED,
)


def hits_by(index: str) -> str:
    """The newest of what the text index gives. Behind OFFSET 0 no other index is asked."""
    return f"""SELECT array_agg(g.id ORDER BY g.opened_at DESC, g.id DESC),
                array_agg(g.opened_at ORDER BY g.opened_at DESC, g.id DESC)
            INTO ids, times FROM (
                SELECT hit.opened_at, hit.id FROM (
                    SELECT t.opened_at, t.id FROM (
                        SELECT t.county_id, t.opened_at, t.id FROM {TEXT} t WHERE {index} OFFSET 0
                    ) t WHERE t.county_id = here
                    AND t.opened_at >= since AND (t.opened_at, t.id) < (until_at, until_id)
                    ORDER BY t.opened_at DESC, t.id DESC LIMIT most
                ) hit JOIN {INCIDENT} i
                ON i.county_id = here AND i.id = hit.id AND {SIGHT} AND {WANTED}
                ORDER BY hit.opened_at DESC, hit.id DESC LIMIT size
            ) g"""


# What has the words, from the text index: the newest that the reader sees and wants. To sort some
# is cheap, to sort all is not; that they are not enough is rare.
INDEX = f"""
CREATE FUNCTION incidents_search_index({PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE {BOUNDS}
    most bigint := 20 * size; ids uuid[]; times timestamptz[];
BEGIN
    LOOP
        IF everything AND sight[1] IS NULL THEN
            {hits_by("t.tokens @@ words")};
        ELSE
            {hits_by("t.tokens @@ words AND t.seen_by && sight")};
        END IF;
        EXIT WHEN most IS NULL OR cardinality(ids) >= size;
        most := NULL;
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(ids, times);
END
$$
"""
# Which of the two is cheaper is told by the newest cases in sight: how often the words are wanted
# there says how far back a full page reaches. A case that is looked at costs as much as four rows
# of the index. Where next to nothing was found (the words are rare, or those of another season, or
# a storm has filled the newest cases) nobody knows how far: eight times as many are looked at, if
# that costs a quarter of the index.
CHOOSE = f"""
CREATE FUNCTION incidents_search({PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE plpgsql VOLATILE ROWS 50 AS $$
DECLARE
    look integer := 250; looked bigint; ids uuid[]; times timestamptz[];
    wanted integer; expected double precision;
    following double precision; worth double precision;
BEGIN
    LOOP
        SELECT newest.looked, newest.expected, newest.ids, newest.times
        INTO looked, expected, ids, times FROM incidents_search_newest({NAMES}, look) newest;
        wanted := COALESCE(cardinality(ids), 0);
        EXIT WHEN wanted >= size OR looked < look;
        following := CASE WHEN wanted < 5 THEN 8 * look ELSE 1.3 * look * size / wanted END;
        worth := 4 * following * CASE WHEN wanted < 5 THEN 4 ELSE 1 END;
        IF expected < worth THEN
            RETURN QUERY SELECT * FROM incidents_search_index({NAMES});
            RETURN;
        END IF;
        look := LEAST(following, 1000000);
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(ids[:size], times[:size]);
END
$$
"""
FUNCTIONS = {
    "incidents_search_newest": f"{TYPES}, integer",
    "incidents_search_index": TYPES,
    "incidents_search": TYPES,
}


def owned() -> list[str]:
    made = []
    for name, types in FUNCTIONS.items():
        made += [
            f"REVOKE ALL ON FUNCTION {name}({types}) FROM PUBLIC",
            f"GRANT EXECUTE ON FUNCTION {name}({types}) TO linli_app",
            f"ALTER FUNCTION {name}({types}) OWNER TO linli_search",  # last: then it is out of reach
        ]
    return made


OLD, OLD_TYPES = older.search.FUNCTIONS, older.search.TYPES
DROP_OLD = [f"DROP FUNCTION {name}({OLD_TYPES})" for name in reversed(OLD)]
DROP_NEW = [f"DROP FUNCTION {name}({types})" for name, types in reversed(FUNCTIONS.items())]
AS_SEARCH, AS_OWNER = "SET ROLE linli_search", "RESET ROLE"
FORWARDS = [AS_SEARCH, *DROP_OLD, AS_OWNER, NEWEST, INDEX, CHOOSE, *owned()]
MAKE_OLD = [
    s for s in older.functions(any_level=True) if not s.startswith(("DROP", "SET", "RESET"))
]
BACKWARDS = [AS_SEARCH, *DROP_NEW, AS_OWNER, *MAKE_OLD]


def fill(apps: Any, _schema_editor: Any) -> None:
    for code in apps.get_model("counties", "County").objects.values_list("pk", flat=True):
        with county_context(code), connection.cursor() as cursor:
            cursor.execute(KEYS, [code])


class Migration(migrations.Migration):
    dependencies = [("incidents", "0012_queues"), ("counties", "0001_initial")]

    operations = [
        migrations.RemoveIndex("incidenttext", "incidents_text_tokens"),
        migrations.AddField(
            "incidenttext",
            "seen_by",
            ArrayField(models.UUIDField(), default=list, help_text="see `incidents.sight`"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "incidenttext",
            GinIndex(fields=["tokens", "seen_by"], name="incidents_text_tokens", fastupdate=True),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["county", "village_id", "-opened_at", "-id"], name="incidents_by_village"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
