from decimal import Decimal

import django.db.models.expressions
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import kring.payments.models.refund
from kring.core.database_url import PLATFORM_ROLE
from kring.core.sql_files import InstallSql

NOTHING = Decimal("0")


class Migration(migrations.Migration):
    """Refunds there are were made by hand, and are done; they were never asked of a provider, and need no reference."""

    dependencies = [("payments", "0008_pay_links")]

    operations = [
        migrations.AddField(
            model_name='payment',
            name='charged_back',
            field=models.DecimalField(db_default=NOTHING, decimal_places=2, default=NOTHING, editable=False, max_digits=10, verbose_name='charged back'),
        ),
        migrations.AddField(
            model_name='payment',
            name='refunding',
            field=models.DecimalField(db_default=NOTHING, decimal_places=2, default=NOTHING, editable=False, max_digits=10),
        ),
        AddConstraintNotValid(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('refunding__gte', 0), ('refunding__lte', django.db.models.expressions.CombinedExpression(models.F('amount'), '-', models.F('refunded')))), name='payment_sends_back_no_more_than_came'),
        ),
        AddConstraintNotValid(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'paid'), models.Q(('charged_back', NOTHING), ('refunding', NOTHING)), _connector='OR'), name='payment_sends_back_only_what_came'),
        ),
        AddConstraintNotValid(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('charged_back__gte', 0)), name='payment_charged_back_is_not_negative'),
        ),
        migrations.AddField(
            model_name='refund',
            name='state',
            field=models.CharField(choices=[('asked', 'to be sent'), ('sending', 'sent'), ('pending', 'under way'), ('done', 'refunded'), ('failed', 'failed'), ('rejected', 'refused'), ('taken_back', 'taken back')], db_default='done', default='done', max_length=10, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='refund',
            name='reference',
            field=models.CharField(blank=True, db_default='', default=kring.payments.models.refund.new_reference, editable=False, max_length=35, verbose_name='reference'),
        ),
        migrations.AddField(
            model_name='refund',
            name='provider_id',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=120),
        ),
        migrations.AddField(
            model_name='refund',
            name='is_foreign',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='refund',
            name='is_announced',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name='refund',
            name='tries',
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='refund',
            name='failure_reason',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='refund',
            name='poll_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='refund',
            name='seen_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(models.F('organisation'), models.OrderBy(models.F('created_at'), descending=True), name='refund_newest_first'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(models.F('poll_at'), condition=models.Q(('poll_at__isnull', False)), name='refund_to_poll'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('reference'), condition=models.Q(('reference', ''), _negated=True), name='refund_reference_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(models.F('organisation'), models.F('payment'), models.F('provider_id'), condition=models.Q(('provider_id', ''), _negated=True), name='refund_of_a_provider_is_recorded_once'),
        ),
        # One query finds in all organisations what is due.
        migrations.RunSQL(
            f"CREATE POLICY platform ON payments_refund FOR SELECT TO {PLATFORM_ROLE} USING (true)",
            "DROP POLICY platform ON payments_refund",
        ),
        InstallSql("note_next_due", version=2, digest="f064c8d54dbc"),
        InstallSql("refunds_add_up", version=2, digest="d78c6d7f3bf6"),
    ]
