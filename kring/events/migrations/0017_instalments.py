import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0016_vat_of_ticket_types'),
        ('forms', '0005_kept_files'),
        ('members', '0076_terms_of_answers'),
        ('organisations', '0002_applications'),
        ('places', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedInstalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='per cent')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due on')),
                ('days_before', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(730)], verbose_name='days before the event')),
            ],
            options={
                'verbose_name': 'planned instalment',
                'verbose_name_plural': 'planned instalments',
                'ordering': ['position'],
            },
        ),
        migrations.AddField(
            model_name='attraction',
            name='deposit',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name='deposit'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='deposit_is_percent',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('deposit', None), ('deposit__gt', 0), _connector='OR'), name='attraction_deposit_is_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('deposit', None), ('deposit_is_percent', False), ('deposit__lt', 100), _connector='OR'), name='attraction_deposit_is_not_all'),
        ),
        migrations.AddField(
            model_name='plannedinstalment',
            name='attraction',
            field=kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='planned_instalments', to='events.attraction'),
        ),
        migrations.AddField(
            model_name='plannedinstalment',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddConstraint(
            model_name='plannedinstalment',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('attraction'), models.F('position'), name='planned_instalment_has_position'),
        ),
        migrations.AddConstraint(
            model_name='plannedinstalment',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='planned_instalment_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='plannedinstalment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days_before__isnull', False), ('due_on', None)), models.Q(('days_before', None), ('due_on__isnull', False)), _connector='OR'), name='planned_instalment_has_one_date'),
        ),
        migrations.AddConstraint(
            model_name='plannedinstalment',
            constraint=models.CheckConstraint(condition=models.Q(('days_before', None), ('days_before__lte', 730), _connector='OR'), name='planned_instalment_days_are_few'),
        ),
        TenantTable("PlannedInstalment"),
    ]
