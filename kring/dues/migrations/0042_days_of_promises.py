import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("dues", "0041_reminders"),
    ]

    operations = [
        migrations.AddField(
            model_name="remindersettings",
            name="promise_days",
            field=models.PositiveSmallIntegerField(
                db_default=31,
                default=31,
                validators=[django.core.validators.MaxValueValidator(90)],
                verbose_name="days that payers may ask for",
            ),
        ),
        migrations.AddConstraint(
            model_name="remindersettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("promise_days__lte", 90)), name="reminders_wait_90_days_at_most"
            ),
        ),
    ]
