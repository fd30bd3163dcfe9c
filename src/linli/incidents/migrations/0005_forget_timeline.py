"""The one way to change the timeline: blank the words of cases whose time is over.

`app` may only insert there. The function runs with the rights of its owner, who is bound by
row-level security like everybody else, and looks at the date of closing itself: whoever calls it
can blank nothing that is not due.
"""

from django.db import migrations

LINE, INCIDENT = "incidents_incidentevent", "incidents_incident"
COUNTY = "NULLIF(current_setting('linli.county', true), '')"
NAME = "incidents_forget_timeline"

CREATE = [
    f"""
CREATE FUNCTION {NAME}(cases uuid[]) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH blanked AS (
        UPDATE {LINE} AS line SET reason = '', actor_label = '', data = '{{}}'
        FROM {INCIDENT} AS matter
        WHERE line.county_id = {COUNTY} AND matter.county_id = {COUNTY}
        AND line.incident_id = matter.id AND matter.id = ANY(cases)
        AND matter.closed_at < now() - interval '3650 days'
        RETURNING 1
    )
    SELECT count(*) FROM blanked
$$
""",
    f"REVOKE ALL ON FUNCTION {NAME}(uuid[]) FROM PUBLIC, linli_search",
    f"GRANT EXECUTE ON FUNCTION {NAME}(uuid[]) TO linli_app",
]
DROP = [f"DROP FUNCTION {NAME}(uuid[])"]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_verifier_unit")]

    operations = [migrations.RunSQL(CREATE, DROP)]
