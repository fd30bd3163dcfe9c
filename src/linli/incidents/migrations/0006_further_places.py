from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_forget_timeline")]

    operations = [
        migrations.AddField(
            model_name="incidentplace",
            name="opened_at",
            field=models.DateTimeField(
                default=timezone.now, help_text="when the case was opened: the order of lists"
            ),
            preserve_default=False,
        ),
        migrations.RemoveIndex(model_name="incidentplace", name="incidents_place_township"),
        migrations.AddIndex(
            model_name="incidentplace",
            index=models.Index(
                fields=["county", "township_id", "-opened_at", "-incident"],
                name="incidents_place_township",
            ),
        ),
    ]
