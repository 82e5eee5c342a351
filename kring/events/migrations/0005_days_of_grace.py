import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0004_groups'),
        ('organisations', '0002_log_cannot_be_altered'),
        ('places', '0002_claims_add_up'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attraction',
            name='grace_days',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='days of grace'),
        ),
        migrations.AddField(
            model_name='event',
            name='grace_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How long after registration has closed a slow payment, such as a transfer, may still arrive.', null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='days of grace'),
        ),
    ]
