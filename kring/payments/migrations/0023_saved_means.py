import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.codes
import kring.core.secrets
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantKey, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0020_invoices_offline'),
        ('organisations', '0006_disputes_bar_tickets'),
        ('payments', '0022_payments_by_credit_are_found'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedMeans',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=30, verbose_name='provider')),
                ('reference', models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                ('payer_name', models.CharField(max_length=200, verbose_name='name')),
                ('payer_email', models.CharField(max_length=254, verbose_name='email')),
                ('language', models.CharField(max_length=10)),
                ('state', models.CharField(choices=[('started', 'being set up'), ('active', 'ready to use'), ('revoked', 'revoked'), ('failed', 'not set up')], default='started', max_length=10, verbose_name='state')),
                ('customer_id', models.CharField(blank=True, editable=False, max_length=120)),
                ('set_up_id', models.CharField(blank=True, editable=False, max_length=120)),
                ('token', models.CharField(blank=True, editable=False, max_length=120)),
                ('mandate_id', models.CharField(blank=True, editable=False, max_length=120)),
                ('kind', models.CharField(blank=True, editable=False, max_length=30)),
                ('masked', models.CharField(blank=True, editable=False, max_length=60, verbose_name='account')),
                ('mandate_reference', models.CharField(blank=True, editable=False, max_length=60, verbose_name='mandate reference')),
                ('account', kring.core.secrets.EncryptedJSONField(editable=False, null=True)),
                ('evidence', models.JSONField(default=dict, editable=False)),
                ('reason', models.CharField(blank=True, editable=False, max_length=300)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('active_at', models.DateTimeField(editable=False, null=True)),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('is_to_be_told', models.BooleanField(db_default=False, default=False, editable=False)),
                ('polled_at', models.DateTimeField(editable=False, null=True)),
                ('poll_at', models.DateTimeField(editable=False, null=True)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('provider_account', kring.core.tenancy.TenantForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='saved_means', to='payments.provideraccount')),
            ],
            options={
                'verbose_name': 'saved account',
                'verbose_name_plural': 'saved accounts',
            },
        ),
        migrations.AddField(
            model_name='payment',
            name='means',
            field=kring.core.tenancy.TenantForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='payments', to='payments.savedmeans'),
        ),
        migrations.AddIndex(
            model_name='savedmeans',
            index=models.Index(models.F('organisation'), models.F('payer_email'), name='saved_means_of_a_payer'),
        ),
        migrations.AddIndex(
            model_name='savedmeans',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('created_at'), descending=True), name='saved_means_newest_first'),
        ),
        migrations.AddIndex(
            model_name='savedmeans',
            index=models.Index(models.F('poll_at'), condition=models.Q(('poll_at__isnull', False)), name='saved_means_to_ask_about'),
        ),
        migrations.AddConstraint(
            model_name='savedmeans',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('reference'), name='saved_means_reference_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='savedmeans',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('provider_account'), models.F('token'), condition=models.Q(('state', 'active')), name='saved_means_is_kept_once'),
        ),
        migrations.AddConstraint(
            model_name='savedmeans',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'active'), _negated=True), models.Q(models.Q(('token', ''), _negated=True), ('account', None), ('active_at__isnull', False)), _connector='OR'), name='saved_means_can_be_charged_while_active'),
        ),
        migrations.AddConstraint(
            model_name='savedmeans',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['started', 'active'])), models.Q(('ended_at__isnull', False), ('state__in', ['revoked', 'failed'])), _connector='OR'), name='saved_means_has_ended_exactly_when_dated'),
        ),
        TenantTable("SavedMeans"),
        TenantKey("Payment", "means"),
    ]
