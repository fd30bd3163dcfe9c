"""An assignment that ends because another begins keeps its own end, for the case that the other is
taken back. Of those ended before nobody knows it: they stay as they are.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_stand_ins")]

    operations = [
        migrations.AddField(
            "gridassignment",
            "shortened",
            models.BooleanField(
                default=False,
                help_text="it ends because something else begins, which may be taken back",
            ),
        ),
        migrations.AddField(
            "gridassignment",
            "planned_to",
            models.DateField(
                blank=True, null=True, help_text="the end that it had before it was shortened"
            ),
        ),
        migrations.AddConstraint(
            "gridassignment",
            models.CheckConstraint(
                condition=Q(shortened=True, valid_to__isnull=False)
                | Q(shortened=False, planned_to__isnull=True),
                name="accounts_assignment_shortened",
            ),
        ),
    ]
