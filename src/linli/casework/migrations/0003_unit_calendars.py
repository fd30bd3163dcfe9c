import django.db.models.deletion
from django.db import migrations, models

import linli.counties.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_marks"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarversion",
            name="unit",
            field=linli.counties.tenancy.TenantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="organisations.unit",
            ),
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="note",
            field=models.CharField(
                blank=True, help_text="why, e.g. the notice's number", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="published_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="calendarversion",
            name="publisher",
            field=models.CharField(blank=True, max_length=120),
        ),
    ]
