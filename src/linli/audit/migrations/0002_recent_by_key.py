from django.db import migrations


class Migration(migrations.Migration):
    """The newest first are read along the primary key (county, at, id), which says the same."""

    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RemoveIndex("auditevent", "audit_event_recent")]
