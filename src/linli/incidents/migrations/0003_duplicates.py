from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_search")]

    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["county", "merged_into"],
                name="incidents_by_main",
            ),
        ),
    ]
