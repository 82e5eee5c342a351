import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantKey


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_days_of_grace'),
        ('forms', '0001_initial'),
        ('organisations', '0002_log_cannot_be_altered'),
        ('places', '0002_claims_add_up'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attraction',
            name='form',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='attractions', to='forms.form', verbose_name='form'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='submission',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='forms.submission'),
        ),
        migrations.AddField(
            model_name='event',
            name='demanded',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='event',
            name='submission',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='forms.submission'),
        ),
        migrations.AddField(
            model_name='organiser',
            name='submission',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to='forms.submission'),
        ),
        TenantKey('Attraction', 'form'),
        TenantKey('Attraction', 'submission'),
        TenantKey('Event', 'submission'),
        TenantKey('Organiser', 'submission'),
    ]
