import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0007_sale_window_of_ticket_types'),
        ('organisations', '0002_applications'),
        ('places', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='has_price_rules',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.CreateModel(
            name='PriceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket_types', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, null=True)),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('names', models.JSONField(default=dict, verbose_name='name')),
                ('key', models.CharField(max_length=30, verbose_name='condition')),
                ('settings', models.JSONField(default=dict)),
                ('effect', models.CharField(choices=[('fixed', 'Fixed price'), ('percent_off', 'Percent off'), ('amount_off', 'Amount off'), ('percent_on_top', 'Percent on top'), ('amount_on_top', 'Amount on top')], max_length=14, verbose_name='effect')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='amount')),
                ('combines', models.BooleanField(default=False, verbose_name='combines with others')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('attraction', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='price_rules', to='events.attraction')),
                ('event', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='price_rules', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('pool', kring.core.tenancy.TenantForeignKey(null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='places.pool')),
            ],
            options={
                'verbose_name': 'price rule',
                'verbose_name_plural': 'price rules',
                'ordering': ['position', 'pk'],
                'indexes': [models.Index(models.F('organisation'), models.F('event'), name='price_rules_of_an_event'), models.Index(models.F('organisation'), models.F('attraction'), name='price_rules_of_a_part')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('attraction__isnull', False), ('event', None)), models.Q(('attraction', None), ('event__isnull', False)), _connector='OR'), name='price_rule_is_of_an_event_or_of_an_attraction'), models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='price_rule_has_a_name'), models.CheckConstraint(condition=models.Q(('effect__in', ['fixed', 'percent_off', 'amount_off', 'percent_on_top', 'amount_on_top'])), name='price_rule_effect_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 0), ('effect', 'fixed')), models.Q(models.Q(('effect', 'fixed'), _negated=True), ('amount__gt', 0)), _connector='OR'), name='price_rule_amount_is_right', violation_error_message='The amount must be above 0.'), models.CheckConstraint(condition=models.Q(models.Q(('effect__in', ['percent_off', 'percent_on_top']), _negated=True), ('amount__lte', 100), _connector='OR'), name='price_rule_percentage_is_100_at_most', violation_error_message='A percentage cannot be above 100.'), models.UniqueConstraint(models.F('organisation'), models.F('pool'), name='price_rule_has_its_own_pool')],
            },
        ),
        TenantTable("PriceRule"),
        InstallSql("note_price_rules", version=1, digest="cef683d07497"),
    ]
