import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0015_instalments'),
        ('events', '0017_instalments'),
        ('organisations', '0006_disputes_bar_tickets'),
        ('registrations', '0037_bars_of_tickets'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RefundRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cancels', models.BooleanField()),
                ('refunds', models.BooleanField()),
                ('reason', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='refund_runs', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
            ],
            options={
                'verbose_name': 'refund of an event',
                'verbose_name_plural': 'refunds of events',
            },
        ),
        migrations.CreateModel(
            name='RefundRunItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('waiting', 'to do'), ('done', 'done'), ('by_hand', 'to be refunded by hand'), ('refused', 'not done')], default='waiting', max_length=8)),
                ('returned', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=10)),
                ('left', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=10)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('order', kring.core.tenancy.TenantForeignKey(on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='billing.order')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('run', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='items', to='registrations.refundrun')),
            ],
            options={
                'verbose_name': 'order of a refund of an event',
                'verbose_name_plural': 'orders of a refund of an event',
            },
        ),
        migrations.AddIndex(
            model_name='refundrun',
            index=models.Index(models.F('organisation'), models.F('event'), models.OrderBy(models.F('created_at'), descending=True), name='refund_runs_of_an_event'),
        ),
        migrations.AddConstraint(
            model_name='refundrun',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('event'), condition=models.Q(('finished_at', None)), name='refund_run_is_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='refundrun',
            constraint=models.CheckConstraint(condition=models.Q(('cancels', True), ('refunds', True), _connector='OR'), name='refund_run_does_something'),
        ),
        migrations.AddIndex(
            model_name='refundrunitem',
            index=models.Index(models.F('organisation'), models.F('run'), models.F('outcome'), models.F('id'), name='refund_run_items_by_outcome'),
        ),
        migrations.AddConstraint(
            model_name='refundrunitem',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('run'), models.F('order'), name='refund_run_item_is_one_each'),
        ),
        TenantTable("RefundRun"),
        TenantTable("RefundRunItem"),
    ]
