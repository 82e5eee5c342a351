import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('direct_debit', '0002_collections'),
        ('dues', '0020_fees'),
        ('organisations', '0006_disputes_bar_tickets'),
        ('payments', '0024_payments_of_saved_means_are_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ProviderCollection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('announced', 'announced'), ('released', 'released'), ('charged', 'with the payment provider'), ('called_off', 'called off')], default='announced', max_length=10, verbose_name='state')),
                ('collect_on', models.DateField(verbose_name='collected on')),
                ('needs_two', models.BooleanField(default=True)),
                ('number', models.PositiveIntegerField(default=0)),
                ('total', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=12, verbose_name='amount')),
                ('prepared_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='announced')),
                ('released_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('prepared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'collection by a payment provider',
                'verbose_name_plural': 'collections by payment providers',
                'ordering': ['-prepared_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ProviderDebit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount')),
                ('state', models.CharField(choices=[('announced', 'announced'), ('charged', 'with the payment provider'), ('left_out', 'left out')], default='announced', max_length=9, verbose_name='state')),
                ('why', models.CharField(blank=True, choices=[('', ''), ('nothing_owed', 'nothing is owed any more'), ('under_way', 'a payment is under way'), ('no_account', 'the account was revoked, or belongs to another payment service'), ('by_bank', "collected by the bank's file"), ('refused', 'the bank refused the last debit: talk to the payer'), ('too_often', 'tried three times'), ('declined', 'the payment service does not take this amount'), ('called_off', 'called off')], max_length=12)),
                ('collection', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='debits', to='direct_debit.providercollection')),
                ('contribution', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='provider_debits', to='dues.contribution')),
                ('means', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='debits', to='payments.savedmeans')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('payment', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='provider_debits', to='payments.payment')),
            ],
            options={
                'verbose_name': 'debit by a payment provider',
                'verbose_name_plural': 'debits by payment providers',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ProviderMandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('means', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='provider_mandates', to='payments.savedmeans')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('payer', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='provider_mandates', to='dues.payer')),
            ],
            options={
                'verbose_name': 'mandate at a payment provider',
                'verbose_name_plural': 'mandates at payment providers',
            },
        ),
        migrations.AddIndex(
            model_name='providercollection',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('prepared_at'), descending=True), name='provider_collections_newest'),
        ),
        migrations.AddIndex(
            model_name='providercollection',
            index=models.Index(models.F('collect_on'), condition=models.Q(('state', 'released')), name='provider_collections_due'),
        ),
        migrations.AddConstraint(
            model_name='providercollection',
            constraint=models.CheckConstraint(condition=models.Q(('needs_two', False), ('released_by', None), ('prepared_by', None), models.Q(('released_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='provider_collection_is_released_by_another_where_two_are_needed'),
        ),
        migrations.AddConstraint(
            model_name='providercollection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['released', 'charged']), _negated=True), ('released_at__isnull', False), _connector='OR'), name='provider_collection_is_charged_only_when_released'),
        ),
        migrations.AddConstraint(
            model_name='providerdebit',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('contribution'), models.F('attempt'), name='provider_debit_attempt_is_one_each'),
        ),
        migrations.AddConstraint(
            model_name='providerdebit',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('contribution'), condition=models.Q(('state', 'announced')), name='provider_debit_is_announced_once'),
        ),
        migrations.AddConstraint(
            model_name='providerdebit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0'))), name='provider_debit_is_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='providerdebit',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('payment__isnull', False), ('state', 'charged')), models.Q(models.Q(('state', 'charged'), _negated=True), ('payment', None)), _connector='OR'), name='provider_debit_has_a_payment_exactly_when_charged'),
        ),
        migrations.AddIndex(
            model_name='providermandate',
            index=models.Index(models.F('organisation'), models.F('means'), name='provider_mandates_of_means'),
        ),
        migrations.AddConstraint(
            model_name='providermandate',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('payer'), condition=models.Q(('ended_at', None)), name='provider_mandate_in_force_is_one_per_payer'),
        ),
        TenantTable("ProviderMandate"),
        TenantTable("ProviderCollection", platform="SELECT"),
        TenantTable("ProviderDebit"),
    ]
