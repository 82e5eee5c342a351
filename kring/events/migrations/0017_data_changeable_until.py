from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0016_free_to_cancel")]

    operations = [
        migrations.AddField(
            "event",
            "data_changeable_until",
            models.DateTimeField(blank=True, null=True, verbose_name="data changeable until"),
        ),
    ]
