"""The words of a text hold the week of its case: so the text index is read backwards in time.

Before, a word on every fiftieth of a million texts cost as many rows as have it: 90 ms for a page.
"""

from importlib import import_module
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import connection, migrations

from linli.database.context import county_context

older = import_module("linli.incidents.migrations.0013_search_in_scope")
TEXT, INCIDENT = older.TEXT, older.INCIDENT

SECONDS = 7 * 24 * 3600  # of a week; `search_text.week_of` makes the same words
WEEK = f"('@' || floor(extract(epoch FROM opened_at) / {SECONDS}))"
MARK = f"UPDATE {TEXT} SET tokens = tokens || array_to_tsvector(ARRAY[{WEEK}]) WHERE county_id = %s"
UNMARK = f"UPDATE {TEXT} SET tokens = ts_delete(tokens, {WEEK}) WHERE county_id = %s"

NEWEST = older.newest_function(
    "looked bigint, ids uuid[], times timestamptz[]", "", "RETURN QUERY {} FROM hit;"
)


def in_sight(statement: str) -> str:
    """The same statement, by the words alone or by the words and who sees the case."""
    index = "t.tokens @@ words"
    return f"""IF all_seen THEN
            {statement.replace("{index}", index)};
        ELSE
            {statement.replace("{index}", f"{index} AND t.seen_by && sight")};
        END IF"""


def hits(span: str = "") -> str:
    """The newest of what the text index gives. Behind OFFSET 0 no other index is asked."""
    return f"""RETURN QUERY SELECT hit.id, hit.opened_at FROM (
                SELECT t.opened_at, t.id FROM (
                    SELECT t.county_id, t.opened_at, t.id FROM {TEXT} t
                    WHERE {{index}}{span} OFFSET 0
                ) t WHERE t.county_id = here AND t.opened_at >= since
                AND t.opened_at < week_end AND (t.opened_at, t.id) < (until_at, until_id)
                ORDER BY t.opened_at DESC, t.id DESC OFFSET 0
            ) hit JOIN {INCIDENT} i
            ON i.county_id = here AND i.id = hit.id AND {older.SIGHT} AND {older.WANTED}
            ORDER BY hit.opened_at DESC, hit.id DESC LIMIT size - filled"""


def end_of_texts(order: str) -> str:
    return f"(SELECT t.opened_at FROM {TEXT} t WHERE t.county_id = here ORDER BY {order} LIMIT 1)"


# What has the words, from the text index, week by week backwards: of those, what the reader sees
# and wants, until a page is full. Words that fill none from four weeks are rare, then all that is
# left is taken at once, or those of another season. The week is a condition of its own, so that
# the index leaps from one list to the other instead of trying each of their entries.
INDEX = f"""
CREATE FUNCTION incidents_search_index({older.PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE {older.BOUNDS}
    all_seen boolean := everything AND sight[1] IS NULL;
    many integer := 10 * size; known integer; filled integer := 0; added integer;
    newest timestamptz := {end_of_texts("t.opened_at DESC, t.id DESC")};  -- NULL: no text at all
    oldest timestamptz := {end_of_texts("t.opened_at, t.id")};
    week integer := CASE WHEN newest IS NOT NULL
        THEN floor(extract(epoch FROM LEAST(until_at, newest)) / {SECONDS}) END;
    last_week integer := CASE WHEN oldest IS NOT NULL
        THEN floor(extract(epoch FROM GREATEST(since, oldest)) / {SECONDS}) END;
    fifth integer := week - 4; week_end timestamptz; in_week tsquery;
BEGIN
    WHILE week >= last_week AND filled < size LOOP
        week_end := to_timestamp((week + 1)::bigint * {SECONDS});
        IF week = fifth THEN
            {in_sight(f"SELECT count(*) INTO known FROM (SELECT FROM {TEXT} t WHERE {{index}} LIMIT many) x")};
            IF known < many THEN
                {in_sight(hits())};
                RETURN;
            END IF;
        END IF;
        in_week := '''@' || week || '''';
        {in_sight(hits(" AND t.tokens @@ in_week"))};
        GET DIAGNOSTICS added = ROW_COUNT;
        filled := filled + added;
        week := week - 1;
    END LOOP;
END
$$
"""
# A word on every eighth case or more fills a page from the newest; for all others the text index
# is cheaper than looking further.
CHOOSE = f"""
CREATE FUNCTION incidents_search({older.PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 50 AS $$
DECLARE
    look integer := 8 * size; looked bigint; ids uuid[]; times timestamptz[];
BEGIN
    SELECT newest.looked, newest.ids, newest.times
    INTO looked, ids, times FROM incidents_search_newest({older.NAMES}, look) newest;
    IF looked < look OR cardinality(ids) >= size THEN
        RETURN QUERY SELECT * FROM unnest(ids[:size], times[:size]);
    ELSE
        RETURN QUERY SELECT * FROM incidents_search_index({older.NAMES});
    END IF;
END
$$
"""
CHANGE = [older.AS_SEARCH, *older.DROP_NEW, older.AS_OWNER]
FORWARDS = [*CHANGE, NEWEST, INDEX, CHOOSE, *older.owned()]
BACKWARDS = [*CHANGE, older.NEWEST, older.INDEX, older.CHOOSE, *older.owned()]


def rewrite(statement: str) -> Any:
    def each_county(apps: Any, _schema_editor: Any) -> None:
        for code in apps.get_model("counties", "County").objects.values_list("pk", flat=True):
            with county_context(code), connection.cursor() as cursor:
                cursor.execute(statement, [code])

    return each_county


class Migration(migrations.Migration):
    dependencies = [("incidents", "0013_search_in_scope")]

    operations = [
        migrations.RemoveIndex("incidenttext", "incidents_text_tokens"),
        migrations.RunPython(rewrite(MARK), rewrite(UNMARK)),
        migrations.AddIndex(
            "incidenttext",
            GinIndex(fields=["tokens", "seen_by"], name="incidents_text_tokens", fastupdate=True),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
