import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantKey, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0018_invoice_deliveries'),
        ('organisations', '0006_disputes_bar_tickets'),
        ('payments', '0017_reconciliation'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254)),
                ('currency', models.CharField(max_length=3)),
                ('balance', models.DecimalField(db_default=Decimal('0'), decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='balance')),
            ],
            options={
                'verbose_name': 'credit',
                'verbose_name_plural': 'credit',
            },
        ),
        migrations.CreateModel(
            name='CreditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'change of credit',
                'verbose_name_plural': 'changes of credit',
            },
        ),
        migrations.AddField(
            model_name='creditaccount',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='refund',
            name='credit_account',
            field=kring.core.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='refunds', to='payments.creditaccount'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(models.F('organisation'), models.F('credit_account'), condition=models.Q(('credit_account__isnull', False)), name='refunds_to_credit'),
        ),
        AddConstraintNotValid(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit_account__isnull', False), ('how', 'credit')), models.Q(models.Q(('how', 'credit'), _negated=True), ('credit_account', None)), _connector='OR'), name='refund_has_an_account_exactly_to_credit'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='account',
            field=kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='entries', to='payments.creditaccount'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='payment',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='payments.payment'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='refund',
            field=kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='payments.refund'),
        ),
        migrations.AddIndex(
            model_name='creditaccount',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('balance'), descending=True), name='credit_accounts_by_balance'),
        ),
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('email'), models.F('currency'), name='credit_account_is_one_each'),
        ),
        migrations.AddConstraint(
            model_name='creditaccount',
            constraint=models.CheckConstraint(condition=models.Q(('balance__gte', 0)), name='credit_is_never_below_zero'),
        ),
        migrations.AddIndex(
            model_name='creditentry',
            index=models.Index(models.F('organisation'), models.F('account'), models.OrderBy(models.F('created_at'), descending=True), name='credit_entries_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount', Decimal('0')), _negated=True), name='credit_entry_changes_something'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('payment', None), ('refund__isnull', False)), models.Q(('payment__isnull', False), ('refund', None)), _connector='OR'), name='credit_entry_is_about_a_refund_or_a_payment'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('payment'), condition=models.Q(('payment__isnull', False)), name='payment_spends_credit_once'),
        ),
        TenantTable("CreditAccount"),
        TenantTable("CreditEntry"),
        TenantKey("Refund", "credit_account"),
        InstallSql("credit_adds_up", version=1, digest="f49c6e4d0275"),
    ]
