from django.db import migrations


class Migration(migrations.Migration):
    """Enough samples of the searched text to tell a rare word from a common one: they are read in different ways."""

    dependencies = [("discovery", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE discovery_discoveredservice ALTER COLUMN search_text SET STATISTICS 1000",
            "ALTER TABLE discovery_discoveredservice ALTER COLUMN search_text SET STATISTICS -1",
        )
    ]
