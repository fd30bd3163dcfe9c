import django.db.models.deletion
import linli.counties.tenancy
import linli.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counties", "0001_initial"),
        ("incidents", "0007_places_of_villages"),
        ("organisations", "0001_initial"),
        ("territory", "0003_upload"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StandingAlarm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=linli.lib.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "county",
                    linli.counties.tenancy.CountyKey(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="counties.county",
                    ),
                ),
                (
                    "incident",
                    linli.counties.tenancy.TenantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="alarms",
                        to="incidents.incident",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("nobody_to_tell", "Overdue, and nobody was left to tell"),
                            ("unanswered", "An emergency that nobody acknowledged"),
                        ],
                        max_length=20,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.UUIDField(null=True)),
                ("taken_label", models.CharField(blank=True, max_length=120)),
            ],
        ),
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
        migrations.AddIndex(
            model_name="standingalarm",
            index=models.Index(
                condition=models.Q(("taken_at__isnull", True)),
                fields=["county", "raised_at"],
                name="incidents_alarm_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingalarm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_at__isnull", True)),
                fields=("county", "incident"),
                name="incidents_alarm_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingalarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_at__isnull", True), ("taken_by__isnull", True)),
                    models.Q(("taken_at__isnull", False), ("taken_by__isnull", False)),
                    _connector="OR",
                ),
                name="incidents_alarm_taken",
            ),
        ),
    ]
