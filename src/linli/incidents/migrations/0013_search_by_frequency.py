"""Search looks at a spread of texts too: a word of last week, or of last winter, is not a rare one.

Until now a word that stood in few of the newest texts was taken as rare, and all its hits were
read: 20,000 of a million take a third of a second.
"""

from importlib import import_module

from django.db import migrations

search = import_module("linli.incidents.migrations.0002_search")
places = import_module("linli.incidents.migrations.0007_places_of_villages")

COUNTY, TEXT, INCIDENT = search.COUNTY, search.TEXT, search.INCIDENT
ORDER = "t.county_id, t.opened_at DESC, t.id DESC"
LATER = "(before IS NULL OR (t.opened_at, t.id) < (before, before_id))"
# Newest first, as many as there are of the word among the newest `most` texts (NULL: all).
WALK = f"""
CREATE FUNCTION incidents_search_walk({search.PARAMETERS}, most integer DEFAULT NULL)
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_sort = off AS $$
    SELECT hit.id, hit.opened_at FROM (
        SELECT newest.id, newest.opened_at FROM (
            SELECT t.id, t.opened_at, t.tokens FROM {TEXT} t
            WHERE t.county_id = {COUNTY} AND {LATER} ORDER BY {ORDER} LIMIT most) newest
        WHERE newest.tokens @@ query::tsquery OFFSET 0) hit
    JOIN {INCIDENT} i ON {search.CONDITIONS} LIMIT size
$$
"""
# All hits of the text index in order; their cases are looked at until the page is full.
INDEX = f"""
CREATE FUNCTION incidents_search_index({search.PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_custom_plan AS $$
    WITH every AS MATERIALIZED ({search.HITS})
    SELECT hit.id, hit.opened_at
    FROM (SELECT * FROM every ORDER BY every.opened_at DESC, every.id DESC OFFSET 0) hit
    JOIN {INCIDENT} i ON {search.CONDITIONS} LIMIT size
$$
"""
# Of 500 texts: 1% is common enough to walk.
CHOOSE = f"""
CREATE FUNCTION incidents_search({search.PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_there integer; oldest timestamptz; youngest timestamptz; ids uuid[]; times timestamptz[];
BEGIN
    SELECT count(*) INTO found_there FROM (
        SELECT t.tokens FROM {TEXT} t WHERE t.county_id = {COUNTY} AND {LATER}
        ORDER BY {ORDER} LIMIT 500) newest
    WHERE newest.tokens @@ query::tsquery;
    IF found_there >= 5 THEN
        RETURN QUERY SELECT * FROM incidents_search_walk({search.NAMES});
        RETURN;
    END IF;
    SELECT min(t.opened_at), coalesce(before, max(t.opened_at)) INTO oldest, youngest
    FROM {TEXT} t WHERE t.county_id = {COUNTY};
    SELECT count(*) INTO found_there FROM generate_series(1, 25) spot, LATERAL (
        SELECT t.tokens FROM {TEXT} t WHERE t.county_id = {COUNTY}
        AND t.opened_at <= youngest - spot * (youngest - oldest) / 26
        ORDER BY {ORDER} LIMIT 20) spread
    WHERE spread.tokens @@ query::tsquery;
    IF found_there >= 5 THEN
        SELECT array_agg(walked.id), array_agg(walked.opened_at) INTO ids, times
        FROM incidents_search_walk({search.NAMES}, 20000) walked;
        IF cardinality(ids) = size THEN
            RETURN QUERY SELECT * FROM unnest(ids, times);
            RETURN;
        END IF;
    END IF;
    RETURN QUERY SELECT * FROM incidents_search_index({search.NAMES});
END
$$
"""
TYPES = {name: search.TYPES for name in search.FUNCTIONS}
TYPES["incidents_search_walk"] += ", integer"


def _own(name: str) -> list[str]:
    return [one.replace(f"({search.TYPES})", f"({TYPES[name]})") for one in search.own(name)]


def _dropped(types: dict[str, str]) -> list[str]:
    return [
        "SET ROLE linli_search",
        *(f"DROP FUNCTION {name}({types[name]})" for name in reversed(search.FUNCTIONS)),
        "RESET ROLE",
    ]


BEFORE = dict.fromkeys(search.FUNCTIONS, search.TYPES)
MADE = [one.replace(places.TOWNSHIP, places.ANY_LEVEL) for one in (WALK, INDEX, CHOOSE)]
OWNED = [statement for name in search.FUNCTIONS for statement in _own(name)]
BACK = places.functions(any_level=True)[len(_dropped(BEFORE)) :]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0012_queues")]

    operations = [migrations.RunSQL([*_dropped(BEFORE), *MADE, *OWNED], [*_dropped(TYPES), *BACK])]
