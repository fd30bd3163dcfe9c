from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_process_runs")]

    operations = [
        migrations.AlterField(
            model_name="idempotencykey", name="status", field=models.SmallIntegerField(null=True)
        ),
    ]
