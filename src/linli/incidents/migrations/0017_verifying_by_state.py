"""The queue of verifications is kept by state: who counts requests for more time in it, as every
page does, no longer reads all that waits there (1,200 rows of a million cases).
"""

from django.db import migrations, models

NAME = "incidents_queue_verifier"
WAITING = models.Q(verifier_unit__isnull=False)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0016_search_looks_twice")]

    operations = [
        migrations.RemoveIndex(model_name="incident", name=NAME),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                fields=["county", "verifier_unit", "state", "due_at", "opened_at"],
                condition=WAITING,
                name=NAME,
            ),
        ),
    ]
