import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from decimal import Decimal
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0014_campaigns'),
        ('organisations', '0002_applications'),
        ('registrations', '0034_teams'),
    ]

    operations = [
        migrations.CreateModel(
            name='CodeUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=10)),
                ('person', models.CharField(blank=True, default='', max_length=32)),
                ('is_proved', models.BooleanField(default=False)),
                ('code', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='uses', to='events.campaigncode')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('registration', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='code_uses', to='registrations.registration')),
            ],
            options={
                'verbose_name': 'use of a code',
                'verbose_name_plural': 'uses of codes',
                'indexes': [models.Index(models.F('organisation'), models.F('code'), name='uses_of_a_code'), models.Index(models.F('organisation'), models.F('person'), condition=models.Q(('person', ''), _negated=True), name='code_uses_of_a_person')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('registration'), name='code_use_is_one_per_registration'), models.CheckConstraint(condition=models.Q(('given__gte', 0)), name='code_takes_off_not_less_than_nothing')],
            },
        ),
        TenantTable("CodeUse"),
    ]
