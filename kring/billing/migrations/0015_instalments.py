import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from decimal import Decimal
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0014_exempt_lines_are_checked'),
        ('organisations', '0002_applications'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='is_in_instalments',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('reminded_before_at', models.DateTimeField(null=True)),
                ('reminded_after_at', models.DateTimeField(null=True)),
                ('order', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='instalments', to='billing.order')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'instalment',
                'verbose_name_plural': 'instalments',
                'ordering': ['position'],
                'indexes': [models.Index(models.F('due_on'), condition=models.Q(('reminded_after_at', None)), name='instalment_to_remind_of_after')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('order'), models.F('position'), name='instalment_has_its_position'), models.CheckConstraint(condition=models.Q(('amount__gte', Decimal('0'))), name='instalment_is_not_negative')],
            },
        ),
        TenantTable("Instalment"),
        InstallSql("instalments_add_up", version=1, digest="b1895bc7f3ca"),
        InstallSql("instalments_follow_the_total", version=1, digest="3ac810c1aa0f"),
    ]
