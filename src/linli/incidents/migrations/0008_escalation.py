from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0007_places_of_villages"),
    ]

    operations = [
        migrations.AddField(
            model_name="incident",
            name="next_rung_at",
            field=models.DateTimeField(
                help_text="when somebody has to be told of the deadline", null=True
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="rungs_taken",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("next_rung_at__isnull", False)),
                fields=["county", "next_rung_at"],
                name="incidents_next_rung",
            ),
        ),
    ]
