import datetime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE
from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('dues', '0001_initial'),
        ('members', '0076_terms_of_answers'),
        ('organisations', '0006_disputes_bar_tickets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FeeTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31))], verbose_name='for periods from')),
                ('period', models.CharField(choices=[('month', 'a month'), ('quarter', 'a quarter'), ('half_year', 'half a year'), ('year', 'a year'), ('season', 'a season'), ('once', 'once')], default='year', max_length=9, verbose_name='paid for')),
                ('begins_on', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31))], verbose_name='first day of a period')),
                ('age_month', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='month')),
                ('age_day', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='day')),
                ('on_joining', models.CharField(choices=[('none', 'the whole period'), ('month', 'each month begun'), ('day', 'each day')], default='none', max_length=5, verbose_name='who joins pays')),
                ('on_leaving', models.CharField(choices=[('none', 'the whole period'), ('month', 'each month begun'), ('day', 'each day')], default='none', max_length=5, verbose_name='who leaves pays')),
                ('entry_fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=8, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='entry fee')),
                ('honorary_pay', models.BooleanField(default=False, verbose_name='honorary members pay too')),
                ('account_code', models.CharField(blank=True, max_length=20, verbose_name='account in the books')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('type', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='fee_tables', to='members.membershiptype', verbose_name='membership type')),
            ],
            options={
                'verbose_name': 'fee table',
                'verbose_name_plural': 'fee tables',
                'ordering': ['type', '-valid_from'],
            },
        ),
        migrations.CreateModel(
            name='FeeRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_age', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(130)], verbose_name='from age')),
                ('to_age', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(130)], verbose_name='to age')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=8, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='amount')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('table', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='rows', to='dues.feetable')),
            ],
            options={
                'verbose_name': 'fee',
                'verbose_name_plural': 'fees',
                'ordering': ['from_age'],
            },
        ),
        migrations.CreateModel(
            name='MemberFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='amount')),
                ('frequency', models.CharField(blank=True, choices=[('month', 'a month'), ('quarter', 'a quarter'), ('half_year', 'half a year'), ('year', 'a year'), ('season', 'a season'), ('once', 'once')], max_length=9, verbose_name='frequency')),
                ('start_date', models.DateField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31))], verbose_name='from')),
                ('is_exempt', models.BooleanField(default=False, verbose_name='pays nothing')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('note', models.TextField(blank=True, max_length=2000, verbose_name='note')),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='fees', to='members.member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'individual contribution',
                'verbose_name_plural': 'individual contributions',
            },
        ),
        migrations.CreateModel(
            name='MemberFeeChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('old_amount', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('old_frequency', models.CharField(blank=True, choices=[('month', 'a month'), ('quarter', 'a quarter'), ('half_year', 'half a year'), ('year', 'a year'), ('season', 'a season'), ('once', 'once')], max_length=9)),
                ('old_start_date', models.DateField(null=True)),
                ('old_is_exempt', models.BooleanField(default=False)),
                ('old_reason', models.CharField(blank=True, max_length=300)),
                ('old_note', models.TextField(blank=True, max_length=2000)),
                ('new_amount', models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ('new_frequency', models.CharField(blank=True, choices=[('month', 'a month'), ('quarter', 'a quarter'), ('half_year', 'half a year'), ('year', 'a year'), ('season', 'a season'), ('once', 'once')], max_length=9)),
                ('new_start_date', models.DateField(null=True)),
                ('new_is_exempt', models.BooleanField(default=False)),
                ('new_reason', models.CharField(blank=True, max_length=300)),
                ('new_note', models.TextField(blank=True, max_length=2000)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='fee_changes', to='members.member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'change of a contribution',
                'verbose_name_plural': 'changes of contributions',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Reduction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('nth_child', 'For more children of a household'), ('cap', 'At most so much for a household'), ('decision', 'Decided by the board')], max_length=9, verbose_name='kind')),
                ('names', models.JSONField(default=dict, verbose_name='name')),
                ('valid_from', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31))], verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31))], verbose_name='valid until')),
                ('effect', models.CharField(choices=[('percent', 'Percent off'), ('amount', 'Amount off'), ('fixed', 'Fixed amount instead')], default='amount', max_length=7, verbose_name='effect')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=8, verbose_name='amount')),
                ('nth', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(2), django.core.validators.MaxValueValidator(20)], verbose_name='which child')),
                ('or_later', models.BooleanField(default=False, verbose_name='and those after it')),
                ('under_age', models.PositiveSmallIntegerField(default=18, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(130)], verbose_name='children are younger than')),
                ('per', models.CharField(choices=[('month', 'a month'), ('quarter', 'a quarter'), ('half_year', 'half a year'), ('year', 'a year'), ('season', 'a season'), ('once', 'once')], default='year', max_length=9, verbose_name='for')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('household', kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.household', verbose_name='household')),
                ('member', kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='fee_reductions', to='members.member', verbose_name='member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('type', kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.membershiptype', verbose_name='membership type')),
            ],
            options={
                'verbose_name': 'reduction',
                'verbose_name_plural': 'reductions',
                'ordering': ['kind', 'valid_from', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Surcharge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('names', models.JSONField(default=dict, verbose_name='name')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=8, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='amount')),
                ('people', models.CharField(choices=[('everybody', 'everybody who pays'), ('no_email', 'whoever cannot be reached by email'), ('chosen', 'the members chosen for it')], default='chosen', max_length=9, verbose_name='paid by')),
                ('once_per_household', models.BooleanField(default=False, verbose_name='once for a household')),
                ('valid_from', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31))], verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(datetime.date(1900, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31))], verbose_name='valid until')),
                ('account_code', models.CharField(blank=True, max_length=20, verbose_name='account in the books')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('type', kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='members.membershiptype', verbose_name='membership type')),
            ],
            options={
                'verbose_name': 'surcharge',
                'verbose_name_plural': 'surcharges',
                'ordering': ['valid_from', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SurchargedMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('member', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='surcharges', to='members.member')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('surcharge', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='chosen', to='dues.surcharge')),
            ],
        ),
        migrations.AddConstraint(
            model_name='feetable',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('type'), models.F('valid_from'), name='fee_table_is_one_per_type_and_day', violation_error_message='There is already a fee table of this type from this day.'),
        ),
        migrations.AddConstraint(
            model_name='feetable',
            constraint=models.CheckConstraint(condition=models.Q(('period__in', ['month', 'quarter', 'half_year', 'year', 'season', 'once'])), name='fee_table_period_is_known'),
        ),
        migrations.AddConstraint(
            model_name='feetable',
            constraint=models.CheckConstraint(condition=models.Q(('on_joining__in', ['none', 'month', 'day']), ('on_leaving__in', ['none', 'month', 'day'])), name='fee_table_pro_rata_is_known'),
        ),
        migrations.AddConstraint(
            model_name='feetable',
            constraint=models.CheckConstraint(condition=models.Q(('entry_fee__gte', 0)), name='fee_table_entry_fee_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='feetable',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('age_day', None), ('age_month', None)), models.Q(('age_day__gte', 1), ('age_day__lte', 31), ('age_month__gte', 1), ('age_month__lte', 12)), _connector='OR'), name='fee_table_has_a_whole_age_day'),
        ),
        migrations.AddConstraint(
            model_name='feetable',
            constraint=models.CheckConstraint(condition=models.Q(('begins_on__range', (datetime.date(1900, 1, 1), datetime.date(2200, 12, 31))), ('valid_from__range', (datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)))), name='fee_table_days_are_sensible'),
        ),
        migrations.AddConstraint(
            model_name='feerow',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('organisation', '='), ('table', '='), (models.Func('from_age', 'to_age', models.Value('[]'), function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField()), '&&')], name='fee_rows_do_not_overlap', violation_error_message='The ages of two rows overlap.'),
        ),
        migrations.AddConstraint(
            model_name='feerow',
            constraint=models.CheckConstraint(condition=models.Q(('to_age', None), ('to_age__gte', models.F('from_age')), _connector='OR'), name='fee_row_ends_after_it_begins', violation_error_message='The last age cannot be below the first.'),
        ),
        migrations.AddConstraint(
            model_name='feerow',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='fee_row_amount_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='memberfee',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('member'), name='member_fee_is_one_per_member'),
        ),
        migrations.AddConstraint(
            model_name='memberfee',
            constraint=models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='member_fee_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='memberfee',
            constraint=models.CheckConstraint(condition=models.Q(('frequency__in', ['', 'month', 'quarter', 'half_year', 'year', 'season', 'once'])), name='member_fee_frequency_is_known'),
        ),
        migrations.AddConstraint(
            model_name='memberfee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount', None), ('is_exempt', False)), models.Q(('reason', ''), _negated=True), _connector='OR'), name='member_fee_has_a_reason', violation_error_message='Say why this member pays another amount, or nothing.'),
        ),
        migrations.AddIndex(
            model_name='memberfeechange',
            index=models.Index(models.F('organisation'), models.F('member'), models.OrderBy(models.F('id'), descending=True), name='fee_changes_of_a_member'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['nth_child', 'cap', 'decision'])), name='reduction_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(('effect__in', ['percent', 'amount', 'fixed'])), name='reduction_effect_is_known'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='reduction_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='reduction_ends_after_it_begins', violation_error_message='The last day cannot be before the first.'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), models.Q(('amount__gte', 0), ('effect', 'fixed')), _connector='OR'), name='reduction_amount_is_right', violation_error_message='The amount must be above 0.'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('effect', 'percent'), _negated=True), ('amount__lte', 100), _connector='OR'), name='reduction_percentage_is_100_at_most', violation_error_message='A percentage cannot be above 100.'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'nth_child'), _negated=True), ('nth__gte', 2), _connector='OR'), name='reduction_for_children_says_which'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'cap'), _negated=True), models.Q(('effect', 'fixed'), ('household', None), ('member', None), ('per__in', ['month', 'quarter', 'half_year', 'year'])), _connector='OR'), name='reduction_cap_is_an_amount'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(('member', None), ('household', None), _connector='OR'), name='reduction_is_for_a_member_or_a_household'),
        ),
        migrations.AddConstraint(
            model_name='reduction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'decision'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='reduction_decision_has_a_reason', violation_error_message='Say why the board decided so.'),
        ),
        migrations.AddConstraint(
            model_name='surcharge',
            constraint=models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='surcharge_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='surcharge',
            constraint=models.CheckConstraint(condition=models.Q(('people__in', ['everybody', 'no_email', 'chosen'])), name='surcharge_people_are_known'),
        ),
        migrations.AddConstraint(
            model_name='surcharge',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='surcharge_amount_is_above_zero', violation_error_message='The amount must be above 0.'),
        ),
        migrations.AddConstraint(
            model_name='surcharge',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='surcharge_ends_after_it_begins', violation_error_message='The last day cannot be before the first.'),
        ),
        migrations.AddIndex(
            model_name='surchargedmember',
            index=models.Index(models.F('organisation'), models.F('member'), name='surcharges_of_a_member'),
        ),
        migrations.AddConstraint(
            model_name='surchargedmember',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('surcharge'), models.F('member'), name='member_is_surcharged_once'),
        ),
        TenantTable("FeeTable"),
        TenantTable("FeeRow"),
        TenantTable("Reduction"),
        TenantTable("Surcharge"),
        TenantTable("SurchargedMember"),
        TenantTable("MemberFee"),
        TenantTable("MemberFeeChange"),
        InstallSql("note_fee_changes", version=1, digest="f9bca52606f4"),
        InstallSql("fee_changes_stay", version=1, digest="dd11687a4f24"),
        # Added and read; only deleting the member takes them away.
        migrations.RunSQL(
            f"REVOKE DELETE ON dues_memberfeechange FROM {APP_ROLE}, {PLATFORM_ROLE}",
            f"GRANT DELETE ON dues_memberfeechange TO {APP_ROLE}, {PLATFORM_ROLE}",
        ),
    ]
