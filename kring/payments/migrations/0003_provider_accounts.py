import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.codes
import kring.core.secrets
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_applications'),
        ('payments', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProviderAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=30, verbose_name='provider')),
                ('mode', models.CharField(choices=[('test', 'test'), ('live', 'live')], max_length=4, verbose_name='mode')),
                ('public_id', models.CharField(default=kring.core.codes.secret, editable=False, max_length=40)),
                ('keys', kring.core.secrets.EncryptedJSONField()),
                ('old_keys', kring.core.secrets.EncryptedJSONField(null=True)),
                ('keys_changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='account')),
                ('is_in_use', models.BooleanField(default=True, verbose_name='in use')),
                ('state', models.CharField(choices=[('working', 'working'), ('failing', 'not answering'), ('refused', 'keys refused')], default='working', max_length=10, verbose_name='state')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('failed_at', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last tried')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'account with a provider',
                'verbose_name_plural': 'accounts with providers',
            },
        ),
        migrations.AddConstraint(
            model_name='provideraccount',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('public_id'), name='provider_account_has_its_own_id'),
        ),
        migrations.AddConstraint(
            model_name='provideraccount',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('method'), models.F('mode'), name='provider_account_is_one_for_each_mode'),
        ),
        migrations.AddConstraint(
            model_name='provideraccount',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('method'), condition=models.Q(('is_in_use', True)), name='provider_account_in_use_is_one'),
        ),
        TenantTable("ProviderAccount"),
    ]
