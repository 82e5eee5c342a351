import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.secrets
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0018_invoice_deliveries'),
        ('organisations', '0006_disputes_bar_tickets'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChannelAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20, verbose_name='channel')),
                ('keys', kring.core.secrets.EncryptedJSONField()),
                ('name', models.CharField(blank=True, max_length=200)),
                ('state', models.CharField(choices=[('working', 'working'), ('failing', 'not answering'), ('refused', 'keys refused')], default='working', max_length=10, verbose_name='state')),
                ('failing_since', models.DateTimeField(editable=False, null=True)),
                ('tried_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='last tried')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'account with a channel for e-invoices',
                'verbose_name_plural': 'accounts with channels for e-invoices',
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('channel'), name='channel_account_is_one_for_each')],
            },
        ),
        TenantTable("ChannelAccount"),
    ]
