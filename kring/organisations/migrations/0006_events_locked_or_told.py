import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0005_certificates_wait")]

    operations = [
        migrations.AddField(
            "organisation",
            "events_locked_once_accepted",
            models.BooleanField(db_default=False, default=False, verbose_name="accepted events stay as they are"),
        ),
        migrations.AddField(
            "organisation",
            "free_cancellation_days",
            models.PositiveSmallIntegerField(
                db_default=14,
                default=14,
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="days to cancel free of charge",
            ),
        ),
    ]
