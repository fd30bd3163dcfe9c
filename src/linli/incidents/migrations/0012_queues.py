from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("counties", "0001_initial"),
        ("incidents", "0011_shifts"),
        ("organisations", "0001_initial"),
        ("territory", "0003_upload"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="incident",
            name="incidents_to_verify",
        ),
        migrations.RemoveIndex(
            model_name="incidenttask",
            name="incidents_task_unit",
        ),
        migrations.RemoveIndex(
            model_name="incidenttask",
            name="incidents_task_due",
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("state__in", ("dispatched", "handling", "rework"))),
                fields=["county", "lead_unit", "due_at", "opened_at"],
                name="incidents_queue_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ("reported", "accepted", "returned", "extension_asked"))
                ),
                fields=["county", "platform_unit", "due_at", "opened_at"],
                name="incidents_queue_platform",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("verifier_unit__isnull", False)),
                fields=["county", "verifier_unit", "is_open", "due_at", "opened_at"],
                name="incidents_queue_verifier",
            ),
        ),
        migrations.AddIndex(
            model_name="incidenttask",
            index=models.Index(
                fields=["county", "unit", "-opened_at", "-incident"], name="incidents_task_unit"
            ),
        ),
    ]
