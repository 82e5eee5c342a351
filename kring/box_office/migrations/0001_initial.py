import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0002_applications'),
        ('payments', '0002_functions_and_triggers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SaleKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('names', models.JSONField(default=dict, verbose_name='name')),
                ('takes', models.CharField(choices=[('cash', 'Cash, into the drawer'), ('elsewhere', 'Money that is not in the drawer, such as a card terminal'), ('nothing', 'Nothing: the tickets are free, with a reason')], max_length=10, verbose_name='takes')),
                ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='position')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'kind',
                'verbose_name_plural': 'kinds',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('seller_name', models.CharField(max_length=200, verbose_name='name')),
                ('currency', models.CharField(max_length=3)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened')),
                ('paper', models.CharField(choices=[('a4', 'A4'), ('roll', 'Roll of 80 mm')], default='a4', max_length=4, verbose_name='printer')),
                ('opening_cash', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='cash at the start')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('counted_cash', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='counted cash')),
                ('expected_cash', models.DecimalField(decimal_places=2, max_digits=10, null=True, verbose_name='expected cash')),
                ('closing', models.JSONField(default=list)),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('seller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'shift',
                'verbose_name_plural': 'shifts',
            },
        ),
        migrations.CreateModel(
            name='Taking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='takings', to='box_office.salekind')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('payment', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='takings', to='payments.payment')),
                ('shift', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='takings', to='box_office.shift')),
            ],
            options={
                'verbose_name': 'sale',
                'verbose_name_plural': 'sales',
            },
        ),
        migrations.AddConstraint(
            model_name='salekind',
            constraint=models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='sale_kind_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='salekind',
            constraint=models.CheckConstraint(condition=models.Q(('takes__in', ['cash', 'elsewhere', 'nothing'])), name='sale_kind_takes_what_is_known'),
        ),
        migrations.AddIndex(
            model_name='shift',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('opened_at'), descending=True), name='shifts_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('number'), name='shift_number_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('seller'), condition=models.Q(('closed_at', None)), name='shift_is_one_at_a_time_per_seller'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('opening_cash__gte', 0)), name='shift_begins_with_no_debt'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('counted_cash', None), ('expected_cash', None)), models.Q(('closed_at__isnull', False), ('counted_cash__gte', 0), ('expected_cash__isnull', False)), _connector='OR'), name='shift_is_closed_exactly_when_counted'),
        ),
        migrations.AddIndex(
            model_name='taking',
            index=models.Index(models.F('organisation'), models.F('shift'), name='takings_of_a_shift'),
        ),
        migrations.AddIndex(
            model_name='taking',
            index=models.Index(models.F('organisation'), models.F('kind'), name='takings_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='taking',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('payment'), name='taking_is_one_per_payment'),
        ),
        TenantTable("SaleKind"),
        TenantTable("Shift"),
        TenantTable("Taking"),
    ]
