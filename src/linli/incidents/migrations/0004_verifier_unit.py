import django.db.models.deletion
from django.db import migrations, models

import linli.counties.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0003_duplicates"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="verifier_unit",
            field=linli.counties.tenancy.TenantForeignKey(
                db_index=False,
                help_text="in whose queue a verification waits",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("verifier_unit__isnull", False)),
                fields=["county", "verifier_unit", "closed_at"],
                name="incidents_to_verify",
            ),
        ),
    ]
