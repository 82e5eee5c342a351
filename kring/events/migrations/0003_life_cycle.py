from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_version_of_a_page'),
        ('organisations', '0002_log_cannot_be_altered'),
        ('places', '0002_claims_add_up'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='event',
            name='event_state_is_known',
        ),
        migrations.AlterField(
            model_name='event',
            name='state',
            field=models.CharField(choices=[('new', 'new'), ('pending', 'pending approval'), ('accepted', 'accepted'), ('open', 'registration open'), ('closed', 'registration closed'), ('running_open', 'running, registration open'), ('running_closed', 'running, registration closed'), ('finished', 'finished'), ('cancelled', 'cancelled')], default='new', max_length=14, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['new', 'pending', 'accepted', 'open', 'closed', 'running_open', 'running_closed', 'finished', 'cancelled'])), name='event_state_is_known'),
        ),
    ]
