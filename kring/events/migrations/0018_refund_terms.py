import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kring.core.tenancy
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ('events', '0017_instalments'),
        ('organisations', '0006_disputes_bar_tickets'),
    ]

    operations = [
        migrations.CreateModel(
            name='RefundTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('days_before', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(730)], verbose_name='days before the event')),
                ('percent', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, verbose_name='per cent')),
                ('fee', models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True, verbose_name='fee for each ticket')),
            ],
            options={
                'verbose_name': 'refund term',
                'verbose_name_plural': 'refund terms',
            },
        ),
        migrations.AddField(
            model_name='refundterm',
            name='event',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='refund_terms', to='events.event'),
        ),
        migrations.AddField(
            model_name='refundterm',
            name='organisation',
            field=models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='refundterm',
            name='ticket_type',
            field=kring.core.tenancy.TenantForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name='refund_terms', to='events.tickettype'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event', None), ('ticket_type__isnull', False)), models.Q(('event__isnull', False), ('ticket_type', None)), _connector='OR'), name='refund_term_is_of_an_event_or_a_ticket_type'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days_before__isnull', False), ('until', None)), models.Q(('days_before', None), ('until__isnull', False)), _connector='OR'), name='refund_term_has_one_end'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.CheckConstraint(condition=models.Q(('days_before', None), ('days_before__lte', 730), _connector='OR'), name='refund_term_days_are_few'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fee', None), ('percent__gte', 0), ('percent__isnull', False), ('percent__lte', 100)), models.Q(('fee__gte', 0), ('fee__isnull', False), ('percent', None)), _connector='OR'), name='refund_term_is_a_share_or_a_fee'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('event'), models.F('until'), name='refund_term_end_is_unique_in_its_event'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('event'), models.F('days_before'), name='refund_term_day_is_unique_in_its_event'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('ticket_type'), models.F('until'), name='refund_term_end_is_unique_in_its_ticket_type'),
        ),
        migrations.AddConstraint(
            model_name='refundterm',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('ticket_type'), models.F('days_before'), name='refund_term_day_is_unique_in_its_ticket_type'),
        ),
        TenantTable("RefundTerm"),
    ]
