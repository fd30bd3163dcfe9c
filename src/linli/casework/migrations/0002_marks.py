import django.contrib.postgres.fields
from django.db import migrations, models

MARKS = ("dispatched", "handled", "on_time", "reworked", "extended")
CELL = ("county", "subject", "dimension", "key", "month", "state")


def marks() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=12), db_default=[], default=list, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [
        migrations.AddField("tallydelta", "marks", marks()),
        migrations.AddField("tallydelta", "old_marks", marks()),
        *(
            migrations.AddField("tally", name, models.IntegerField(db_default=0, default=0))
            for name in MARKS
        ),
        migrations.RemoveConstraint("tally", "casework_tally_cell"),
        migrations.AddConstraint(
            "tally",
            models.UniqueConstraint(
                fields=CELL, include=("amount", *MARKS), name="casework_tally_cell"
            ),
        ),
    ]
