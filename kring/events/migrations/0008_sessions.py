import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0007_pages_of_all_listed_events'),
        ('organisations', '0002_log_cannot_be_altered'),
        ('places', '0002_claims_add_up'),
    ]

    operations = [
        migrations.AddField(
            model_name='attraction',
            name='fewest_sessions',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='At least so many of its sessions must be chosen before the registration is complete.', verbose_name='sessions to choose'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('room', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('closes_at', models.DateTimeField(blank=True, help_text='Left empty: until it starts.', null=True, verbose_name='may be chosen until')),
                ('attraction', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='sessions', to='events.attraction')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('pool', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.pool')),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ['starts_at', 'name', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('attraction'), models.F('name'), models.F('starts_at'), name='session_name_is_unique_at_its_time', violation_error_message='There is already a session with this name at this time.'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_ends_after_it_starts', violation_error_message='The session cannot end before it starts.')],
            },
        ),
        TenantTable('Session'),
    ]
