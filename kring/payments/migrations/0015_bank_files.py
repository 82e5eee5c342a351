import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.codes
import kring.core.secrets
import kring.core.tenancy
import kring.payments.models.transfer_file
from decimal import Decimal
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from kring.core.tenant_tables import TenantKey, TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0006_disputes_bar_tickets'),
        ('payments', '0014_former_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TransferFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(default=kring.payments.models.transfer_file.new_message_id, editable=False, max_length=35)),
                ('format', models.CharField(choices=[('sepa', 'SEPA credit transfers (pain.001)'), ('list', 'list of transfers (csv)')], max_length=4)),
                ('state', models.CharField(choices=[('made', 'made'), ('downloaded', 'downloaded'), ('carried_out', 'carried out'), ('discarded', 'thrown away')], default='made', max_length=11, verbose_name='state')),
                ('currency', models.CharField(max_length=3)),
                ('number', models.PositiveIntegerField()),
                ('total', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount')),
                ('execute_on', models.DateField()),
                ('contents', kring.core.secrets.EncryptedJSONField(editable=False, null=True)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('forget_on', models.DateField(null=True)),
            ],
            options={
                'verbose_name': 'bank file',
                'verbose_name_plural': 'bank files',
            },
        ),
        migrations.CreateModel(
            name='TransferItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_live', models.BooleanField(default=True)),
            ],
            options={
                'verbose_name': 'transfer of a bank file',
                'verbose_name_plural': 'transfers of bank files',
            },
        ),
        migrations.CreateModel(
            name='Payee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('account', kring.core.secrets.EncryptedJSONField(editable=False, null=True)),
                ('given_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('forget_on', models.DateField(null=True)),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'payee',
                'verbose_name_plural': 'payees',
            },
        ),
        migrations.AddField(
            model_name='refund',
            name='payee',
            field=kring.core.tenancy.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='refunds', to='payments.payee'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(models.F('organisation'), models.F('payee'), condition=models.Q(('payee__isnull', False)), name='refunds_of_a_payee'),
        ),
        AddConstraintNotValid(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('how', 'bank_file'), ('payee__isnull', False)), models.Q(models.Q(('how', 'bank_file'), _negated=True), ('payee', None)), _connector='OR'), name='refund_has_a_payee_exactly_by_bank_file'),
        ),
        migrations.AddField(
            model_name='transferfile',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='transferfile',
            name='ended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='transferfile',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='transferitem',
            name='file',
            field=kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='items', to='payments.transferfile'),
        ),
        migrations.AddField(
            model_name='transferitem',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='transferitem',
            name='refund',
            field=kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='transfer_items', to='payments.refund'),
        ),
        migrations.AddIndex(
            model_name='payee',
            index=models.Index(models.F('forget_on'), condition=models.Q(('forget_on__isnull', False)), name='payee_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='payee',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('secret'), name='payee_secret_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='payee',
            constraint=models.CheckConstraint(condition=models.Q(('account', None), ('given_at__isnull', False), _connector='OR'), name='payee_account_is_dated'),
        ),
        migrations.AddIndex(
            model_name='transferfile',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('created_at'), descending=True), name='transfer_file_newest_first'),
        ),
        migrations.AddIndex(
            model_name='transferfile',
            index=models.Index(models.F('forget_on'), condition=models.Q(('forget_on__isnull', False)), name='transfer_file_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='transferfile',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('message_id'), name='transfer_file_message_id_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='transferfile',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0), ('total__gt', Decimal('0'))), name='transfer_file_has_transfers'),
        ),
        migrations.AddConstraint(
            model_name='transferfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state__in', ['made', 'downloaded'])), models.Q(('ended_at__isnull', False), ('state__in', ['carried_out', 'discarded'])), _connector='OR'), name='transfer_file_has_ended_exactly_when_dated'),
        ),
        migrations.AddIndex(
            model_name='transferitem',
            index=models.Index(models.F('organisation'), models.F('refund'), name='transfer_items_of_a_refund'),
        ),
        migrations.AddConstraint(
            model_name='transferitem',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('file'), models.F('refund'), name='transfer_item_is_one_each'),
        ),
        migrations.AddConstraint(
            model_name='transferitem',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('refund'), condition=models.Q(('is_live', True)), name='refund_is_in_one_file_at_most'),
        ),
        TenantTable("Payee", platform="SELECT"),
        TenantKey("Refund", "payee"),
        TenantTable("TransferFile", platform="SELECT"),
        TenantTable("TransferItem"),
    ]
