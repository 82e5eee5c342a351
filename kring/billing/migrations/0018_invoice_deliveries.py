import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.billing.models.invoice_delivery
import kring.core.tenancy
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0017_invoices'),
        ('organisations', '0006_disputes_bar_tickets'),
    ]

    operations = [
        migrations.AddField(
            model_name='invoicesettings',
            name='channel_for_companies',
            field=models.CharField(db_default='mail', default='mail', max_length=20, verbose_name='e-invoices of buyers with a VAT number'),
        ),
        migrations.AddField(
            model_name='invoicesettings',
            name='channel_for_others',
            field=models.CharField(db_default='mail', default='mail', max_length=20, verbose_name='e-invoices of all other buyers'),
        ),
        migrations.CreateModel(
            name='InvoiceDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20, verbose_name='channel')),
                ('state', models.CharField(choices=[('waiting', 'to be sent'), ('sending', 'sent'), ('accepted', 'accepted'), ('rejected', 'rejected'), ('corrected', 'corrected')], default='waiting', max_length=10, verbose_name='state')),
                ('reference', models.CharField(default=kring.billing.models.invoice_delivery.new_reference, editable=False, max_length=35, verbose_name='reference')),
                ('handle', models.CharField(blank=True, editable=False, max_length=200)),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='number given by the receiver')),
                ('receipt', models.TextField(blank=True, editable=False)),
                ('document', models.BinaryField(null=True)),
                ('digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('last_error', models.CharField(blank=True, editable=False, max_length=100)),
                ('tries', models.PositiveIntegerField(default=0, editable=False)),
                ('poll_at', models.DateTimeField(editable=False, null=True)),
                ('sent_at', models.DateTimeField(editable=False, null=True, verbose_name='sent')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('invoice', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='deliveries', to='billing.invoice')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'delivery of an invoice',
                'verbose_name_plural': 'deliveries of invoices',
                'indexes': [models.Index(models.F('organisation'), models.F('state'), name='invoice_deliveries_by_state'), models.Index(models.F('poll_at'), condition=models.Q(('poll_at__isnull', False)), name='invoice_delivery_to_poll')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('invoice'), name='invoice_is_delivered_by_one_channel'), models.UniqueConstraint(models.F('organisation'), models.F('reference'), name='invoice_delivery_reference_is_unique'), models.UniqueConstraint(models.F('organisation'), models.F('channel'), models.F('number'), condition=models.Q(models.Q(('number', ''), _negated=True), models.Q(('channel', 'file'), _negated=True)), name='invoice_delivery_number_is_given_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='invoice_delivery_says_why_it_was_rejected')],
            },
        ),
        TenantTable("InvoiceDelivery", platform="SELECT"),
    ]
