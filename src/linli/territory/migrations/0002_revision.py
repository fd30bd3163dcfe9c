from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="layer", name="revision", field=models.BigIntegerField(default=0)
        ),
    ]
