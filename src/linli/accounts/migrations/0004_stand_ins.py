"""Who stands in during a leave and who succeeds are two people, each with a time of their own: a
role that ends at a later day took the work from whoever stood in.
"""

from typing import Any

from django.db import connection, migrations, models

import linli.counties.tenancy
from linli.database.context import county_context

PART = """
UPDATE accounts_membership
SET stand_in_id = successor_id, lent_at = handed_over_at, successor_id = NULL, handed_over_at = NULL
WHERE county_id = %s AND away_from IS NOT NULL
"""


def part(apps: Any, _schema_editor: Any) -> None:
    for code in apps.get_model("counties", "County").objects.values_list("pk", flat=True):
        with county_context(code), connection.cursor() as cursor:
            cursor.execute(PART, [code])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_duty_rotas"), ("counties", "0001_initial")]

    operations = [
        migrations.AddField(
            "membership",
            "stand_in",
            linli.counties.tenancy.TenantForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=models.DO_NOTHING,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            "membership",
            "lent_at",
            models.DateTimeField(null=True, help_text="who stands in has the open work since then"),
        ),
        migrations.RunPython(part, migrations.RunPython.noop),
    ]
