import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0004_reminders'),
        ('payments', '0005_next_due'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IncomingTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount')),
                ('arrived_on', models.DateField(verbose_name='arrived on')),
                ('payer_name', models.CharField(blank=True, max_length=140, verbose_name='name at the bank')),
                ('reference', models.CharField(blank=True, max_length=140, verbose_name='reference at the bank')),
                ('key', models.CharField(max_length=32)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'incoming transfer',
                'verbose_name_plural': 'incoming transfers',
            },
        ),
        migrations.CreateModel(
            name='TransferShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('payment', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='transfer_shares', to='payments.payment')),
                ('transfer', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='shares', to='payments.incomingtransfer')),
            ],
        ),
        migrations.AddConstraint(
            model_name='incomingtransfer',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('key'), name='incoming_transfer_is_booked_once'),
        ),
        migrations.AddConstraint(
            model_name='incomingtransfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0'))), name='incoming_transfer_is_above_zero'),
        ),
        migrations.AddIndex(
            model_name='transfershare',
            index=models.Index(models.F('organisation'), models.F('payment'), name='transfer_shares_of_a_payment'),
        ),
        migrations.AddConstraint(
            model_name='transfershare',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0'))), name='transfer_share_is_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='transfershare',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('transfer'), models.F('payment'), name='transfer_has_one_share_for_a_payment'),
        ),
        TenantTable("IncomingTransfer"),
        TenantTable("TransferShare"),
    ]
