
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0001_initial'),
        ('events', '0002_version_of_a_page'),
        ('organisations', '0002_log_cannot_be_altered'),
        ('places', '0002_claims_add_up'),
        ('registrations', '0002_registration_updated_at'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('created_at'), descending=True), name='registrations_of_all_events'),
        ),
    ]
