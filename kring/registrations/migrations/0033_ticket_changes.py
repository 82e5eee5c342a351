import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.sql_files import InstallSql
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_applications'),
        ('registrations', '0032_passed_on'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder_number', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('passed_on', 'passed on'), ('changed', 'changed for another ticket'), ('cancelled', 'cancelled by the participant')], max_length=9)),
                ('price', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=10)),
                ('fee', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=10)),
                ('returned', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=10)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('former', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('ticket', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='changes', to='registrations.ticket')),
            ],
            options={
                'verbose_name': 'change of a ticket',
                'verbose_name_plural': 'changes of tickets',
                'indexes': [models.Index(models.F('organisation'), models.F('former'), name='ticket_changes_of_a_login')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('ticket'), models.F('holder_number'), name='code_is_given_up_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['passed_on', 'changed', 'cancelled'])), name='ticket_change_kind_is_known'), models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('price__gte', django.db.models.expressions.CombinedExpression(models.F('fee'), '+', models.F('returned'))), ('returned__gte', 0)), name='ticket_change_gives_back_no_more_than_it_cost')],
            },
        ),
        TenantTable("TicketChange"),
        InstallSql("ticket_changes_stay", version=1, digest="5dd8a6732b0b"),
    ]
