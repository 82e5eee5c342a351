import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0007_platform_settings")]

    operations = [
        migrations.AddField(
            "organisation", "second_factor_from", models.DateField(blank=True, null=True, verbose_name="second factor from")
        ),
        migrations.AddField(
            "organisation",
            "second_factor_grace_days",
            models.PositiveSmallIntegerField(
                db_default=14,
                default=14,
                validators=[django.core.validators.MaxValueValidator(90)],
                verbose_name="grace period (days)",
            ),
        ),
        migrations.AddField(
            "organisation",
            "second_factor_roles",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12), blank=True, db_default=[], default=list, size=None, verbose_name="roles with second factor"
            ),
        ),
    ]
