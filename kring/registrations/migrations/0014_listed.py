import django.db.models.deletion
import django.db.models.expressions
import kring.core.tenancy
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable

# Rows are read by the thousand: they stay in one piece, and what changes stays on its page without touching an index.
STORAGE = "ALTER TABLE registrations_listed SET (fillfactor = 85, toast_tuple_target = 8160)"


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0012_plenty_of_places'),
        ('organisations', '0003_who_makes_events'),
        ('registrations', '0013_look_each_answer_up'),
    ]

    operations = [
        migrations.CreateModel(
            name='Listed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=10)),
                ('profession', models.CharField(max_length=20)),
                ('name', models.TextField(db_collation='C')),
                ('email', models.TextField(db_collation='C')),
                ('number', models.TextField(db_collation='C')),
                ('created_at', models.DateTimeField()),
                ('completed_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('issued_at', models.DateTimeField(null=True)),
                ('admitted_at', models.DateTimeField(null=True)),
                ('admitted_where', models.CharField(blank=True, max_length=100)),
                ('said', models.JSONField(default=dict)),
                ('price', models.DecimalField(decimal_places=2, max_digits=10)),
                ('order_state', models.CharField(max_length=10)),
                ('buyer', models.TextField(db_collation='C')),
                ('buyer_email', models.TextField(db_collation='C')),
                ('payment', models.CharField(max_length=10, null=True)),
                ('method', models.CharField(max_length=30, null=True)),
                ('attraction', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.attraction')),
                ('event', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.event')),
                ('organisation', models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation')),
                ('registration', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='listed', to='registrations.registration')),
                ('ticket_type', kring.core.tenancy.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='events.tickettype')),
            ],
            options={
                'indexes': [models.Index(models.F('organisation'), models.F('event'), models.OrderBy(models.F('created_at'), descending=True), name='listed_newest_first')],
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('registration'), name='listed_is_one_per_registration')],
            },
        ),
        TenantTable("Listed"),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
