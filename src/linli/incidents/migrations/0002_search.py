"""Search functions. Text operators are not leakproof, so under row-level security they could use no
index: they run inside functions of a role that cannot log in, which see the current county only."""

from django.db import migrations

TEXT, INCIDENT = "incidents_incidenttext", "incidents_incident"
TASK, PLACE = "incidents_incidenttask", "incidents_incidentplace"
READ = (TEXT, INCIDENT, TASK, PLACE)
COUNTY = "NULLIF(current_setting('linli.county', true), '')"

PARAMETERS = """
    query text, everything boolean, townships uuid[], villages uuid[], areas uuid[], units uuid[],
    reporter uuid, only_open boolean, in_states text[], in_township uuid, in_village uuid,
    in_area uuid, in_category uuid, in_unit uuid, before timestamptz, before_id uuid, size integer
"""
NAMES = ", ".join(part.split()[0] for part in PARAMETERS.split(","))
TYPES = ", ".join(" ".join(part.split()[1:]) for part in PARAMETERS.split(","))

CONDITIONS = f"""
    i.county_id = {COUNTY} AND i.id = hit.id
    AND (everything OR i.township_id = ANY(townships) OR i.village_id = ANY(villages)
        OR i.area_id = ANY(areas) OR i.reporter_id = reporter
        OR EXISTS (SELECT 1 FROM {TASK} task WHERE task.county_id = {COUNTY}
                   AND task.incident_id = i.id AND task.unit_id = ANY(units))
        OR EXISTS (SELECT 1 FROM {PLACE} place WHERE place.county_id = {COUNTY}
                   AND place.incident_id = i.id AND place.township_id = ANY(townships)))
    AND (only_open IS NULL OR i.is_open = only_open)
    AND (in_states IS NULL OR i.state = ANY(in_states))
    AND (in_township IS NULL OR i.township_id = in_township)
    AND (in_village IS NULL OR i.village_id = in_village)
    AND (in_area IS NULL OR i.area_id = in_area)
    AND (in_category IS NULL OR i.category_id = in_category)
    AND (in_unit IS NULL OR i.lead_unit_id = in_unit)
"""
HITS = f"""
    SELECT t.id, t.opened_at FROM {TEXT} t
    WHERE t.county_id = {COUNTY} AND t.tokens @@ query::tsquery
    AND (before IS NULL OR (t.opened_at, t.id) < (before, before_id))
"""
# A common word: walk from the newest backwards and stop when the page is full.
WALK = f"""
CREATE FUNCTION incidents_search_walk({PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_bitmapscan = off SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET enable_sort = off AS $$
    SELECT hit.id, hit.opened_at FROM ({HITS} ORDER BY t.county_id, t.opened_at DESC, t.id DESC
    OFFSET 0) hit JOIN {INCIDENT} i ON {CONDITIONS} LIMIT size
$$
"""
# A rare word: all its hits from the text index, then the newest of them.
INDEX = f"""
CREATE FUNCTION incidents_search_index({PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
    WITH hit AS MATERIALIZED ({HITS})
    SELECT hit.id, hit.opened_at FROM hit JOIN {INCIDENT} i ON {CONDITIONS}
    ORDER BY hit.opened_at DESC, hit.id DESC LIMIT size
$$
"""
# How often the word occurs among the newest texts decides between the two.
CHOOSE = f"""
CREATE FUNCTION incidents_search({PARAMETERS})
RETURNS TABLE (id uuid, opened_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    looked integer; found_there integer;
BEGIN
    SELECT count(*), count(*) FILTER (WHERE newest.tokens @@ query::tsquery)
    INTO looked, found_there FROM (
        SELECT t.tokens FROM {TEXT} t WHERE t.county_id = {COUNTY}
        AND (before IS NULL OR (t.opened_at, t.id) < (before, before_id))
        ORDER BY t.opened_at DESC, t.id DESC LIMIT 1000) newest;
    IF found_there >= 10 THEN
        RETURN QUERY SELECT * FROM incidents_search_walk({NAMES});
    ELSE
        RETURN QUERY SELECT * FROM incidents_search_index({NAMES});
    END IF;
END
$$
"""
FUNCTIONS = ("incidents_search_walk", "incidents_search_index", "incidents_search")


def own(name: str) -> list[str]:
    return [
        f"REVOKE ALL ON FUNCTION {name}({TYPES}) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {name}({TYPES}) TO linli_app",
        f"ALTER FUNCTION {name}({TYPES}) OWNER TO linli_search",  # last: then it is out of reach
    ]


GRANTS = [f"GRANT SELECT ON {table} TO linli_search" for table in READ]
# The functions filter by county themselves; a policy on top would forbid the text index again.
POLICIES = [
    f"CREATE POLICY search ON {table} FOR SELECT TO linli_search USING (true)" for table in READ
]
CREATE = [*GRANTS, *POLICIES, WALK, INDEX, CHOOSE]
CREATE += [statement for name in FUNCTIONS for statement in own(name)]
DROP = ["SET ROLE linli_search"]
DROP += [f"DROP FUNCTION {name}({TYPES})" for name in reversed(FUNCTIONS)]
DROP += ["RESET ROLE"]
DROP += [f"DROP POLICY search ON {table}" for table in READ]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
