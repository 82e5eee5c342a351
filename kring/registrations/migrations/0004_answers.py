import django.db.models.deletion
import kring.core.tenancy
from django.db import migrations

from kring.core.tenant_tables import TenantKey


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0001_initial'),
        ('registrations', '0003_registrations_of_all_events_newest_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='registration',
            name='basic',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forms.submission'),
        ),
        migrations.AddField(
            model_name='registration',
            name='submission',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='forms.submission'),
        ),
        TenantKey('Registration', 'basic'),
        TenantKey('Registration', 'submission'),
    ]
