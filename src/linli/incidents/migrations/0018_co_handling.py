"""Open tasks of co-handlers stand in an index of their own: My work shows a unit's without
reading all that it ever led.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0017_verifying_by_state")]

    operations = [
        migrations.AddIndex(
            model_name="incidenttask",
            index=models.Index(
                fields=["county", "unit", "due_at", "id"],
                condition=models.Q(is_open=True, lead=False),
                name="incidents_task_helping",
            ),
        ),
    ]
