"""A search looks at the newest hundred first, and at more of them only for a common word.

Before, it looked at four hundred for every word, though only one on every eighth case fills a page
from them: most of what the search for a rare word cost.
"""

from importlib import import_module

from django.db import migrations

older = import_module("linli.incidents.migrations.0014_search_by_weeks")
NAMES = older.older.NAMES

LOOK = f"""SELECT newest.looked, newest.ids, newest.times
    INTO looked, ids, times FROM incidents_search_newest({NAMES}, look) newest;"""
CHOOSE = f"""
CREATE OR REPLACE FUNCTION incidents_search({older.older.PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE plpgsql STABLE ROWS 50 AS $$
DECLARE
    look integer := 2 * size; looked bigint; ids uuid[]; times timestamptz[];
BEGIN
    {LOOK}
    IF looked = look AND cardinality(ids) BETWEEN look / 10 AND size - 1 THEN
        look := 8 * size;
        {LOOK}
    END IF;
    IF looked < look OR cardinality(ids) >= size THEN
        RETURN QUERY SELECT * FROM unnest(ids[:size], times[:size]);
    ELSE
        RETURN QUERY SELECT * FROM incidents_search_index({NAMES});
    END IF;
END
$$
"""
BEFORE = older.CHOOSE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def replaced(function: str) -> list[str]:
    return [older.older.AS_SEARCH, function, older.older.AS_OWNER]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0015_units_of_cases")]

    operations = [migrations.RunSQL(replaced(CHOOSE), replaced(BEFORE))]
