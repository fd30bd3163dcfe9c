import django.db.models.deletion
import linli.counties.tenancy
import linli.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("counties", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
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
                ("subject_kind", models.CharField(max_length=20)),
                ("subject_id", models.UUIDField()),
                ("subject_label", models.CharField(max_length=40)),
                ("message", models.CharField(max_length=60)),
                ("params", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(null=True)),
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
                    "unit",
                    linli.counties.tenancy.TenantForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at__isnull", True), ("user__isnull", False)),
                        fields=["county", "user", "-created_at"],
                        name="notifications_of_user",
                    ),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True), ("unit__isnull", False)),
                        fields=["county", "unit", "-created_at"],
                        name="notifications_of_unit",
                    ),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["county", "subject_id"],
                        name="notifications_of_subject",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit__isnull", True), ("user__isnull", False)),
                            models.Q(("unit__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="notifications_one_recipient",
                    )
                ],
            },
        ),
    ]
