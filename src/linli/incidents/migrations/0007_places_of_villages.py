"""Further places are seen by village and grid too: their village is kept, and the search knows it."""

from importlib import import_module
from typing import Any

from django.db import connection, migrations, models

from linli.database.context import county_context

search = import_module("linli.incidents.migrations.0002_search")

TOWNSHIP = "place.township_id = ANY(townships)"
ANY_LEVEL = f"""({TOWNSHIP} OR place.village_id = ANY(villages)
                        OR place.area_id = ANY(areas))"""
VILLAGES = """
UPDATE incidents_incidentplace AS place
SET village_id = CASE WHEN area.level = 2 THEN area.id ELSE area.village_id END
FROM territory_area AS area
WHERE place.county_id = %s AND area.county_id = place.county_id AND area.id = place.area_id
"""


def functions(*, any_level: bool) -> list[str]:
    """Statements that make the search functions anew; the owner takes the role that has them."""
    made = [search.WALK, search.INDEX, search.CHOOSE]
    if any_level:
        made = [statement.replace(TOWNSHIP, ANY_LEVEL) for statement in made]
    names = search.FUNCTIONS
    dropped = [f"DROP FUNCTION {name}({search.TYPES})" for name in reversed(names)]
    owned = [statement for name in names for statement in search.own(name)]
    return ["SET ROLE linli_search", *dropped, "RESET ROLE", *made, *owned]


def fill(apps: Any, _schema_editor: Any) -> None:
    for code in apps.get_model("counties", "County").objects.values_list("pk", flat=True):
        with county_context(code), connection.cursor() as cursor:
            cursor.execute(VILLAGES, [code])


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0006_further_places"),
        ("counties", "0001_initial"),
        ("territory", "0001_initial"),
    ]

    operations = [
        migrations.AddField("incidentplace", "village_id", models.UUIDField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="incidentplace",
            index=models.Index(
                fields=["county", "village_id", "-opened_at", "-incident"],
                name="incidents_place_village",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentplace",
            index=models.Index(
                fields=["county", "area", "-opened_at", "-incident"], name="incidents_place_area"
            ),
        ),
        migrations.RunSQL(functions(any_level=True), functions(any_level=False)),
    ]
