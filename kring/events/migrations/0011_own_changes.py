from decimal import Decimal

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """What participants may change by themselves: nothing, at events that exist. The fee's rule is validated in the next
    step, without a lock that keeps others waiting."""

    dependencies = [("events", "0010_gift_for")]

    operations = [
        migrations.AddField(
            model_name='event',
            name='cancel_fee',
            field=models.DecimalField(db_default=Decimal('0'), decimal_places=2, default=Decimal('0'), max_digits=8, verbose_name='fee for each ticket'),
        ),
        migrations.AddField(
            model_name='event',
            name='cancel_fee_from',
            field=models.DateTimeField(blank=True, null=True, verbose_name='cancelling is free until'),
        ),
        migrations.AddField(
            model_name='event',
            name='cancel_fee_is_percent',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='event',
            name='changes_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='changes until'),
        ),
        migrations.AddField(
            model_name='event',
            name='may_cancel',
            field=models.BooleanField(db_default=False, default=False, verbose_name='cancel a ticket'),
        ),
        migrations.AddField(
            model_name='event',
            name='may_change',
            field=models.BooleanField(db_default=False, default=False, help_text='Another ticket type or attraction, at its price of that day.', verbose_name='change the ticket for another one'),
        ),
        migrations.AddField(
            model_name='event',
            name='may_pass_on',
            field=models.BooleanField(db_default=False, default=False, help_text='The other person is asked the same as anybody who registers.', verbose_name='pass a ticket on to somebody else'),
        ),
        AddConstraintNotValid(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('cancel_fee__gte', 0), models.Q(('cancel_fee_is_percent', False), ('cancel_fee__lte', 100), _connector='OR')), name='event_cancel_fee_is_an_amount_or_a_percentage', violation_error_message='A fee is not below zero, and a percentage is 100 at most.'),
        ),
    ]
