from django.db import migrations, models


class Migration(migrations.Migration):
    """A key is kept together with its answer, never before it."""

    dependencies = [("casework", "0002_marks")]

    operations = [
        migrations.AlterField("IdempotencyKey", "status", models.PositiveSmallIntegerField()),
        migrations.AlterField("IdempotencyKey", "answer", models.JSONField()),
    ]
