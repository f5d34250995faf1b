import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0003_usage")]
    operations = [
        migrations.AddField(
            model_name="inforce",
            name="first_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
    ]
