import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_profession_proofs'),
    ]

    operations = [
        migrations.AddField(
            model_name='tickettype',
            name='fewest_per_order',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='at least per order'),
        ),
        migrations.AddField(
            model_name='tickettype',
            name='most_per_order',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='at most per order'),
        ),
        migrations.AddConstraint(
            model_name='tickettype',
            constraint=models.CheckConstraint(condition=models.Q(('fewest_per_order__gte', 1), ('fewest_per_order__lte', 20), models.Q(('most_per_order', None), models.Q(('most_per_order__gte', models.F('fewest_per_order')), ('most_per_order__lte', 20)), _connector='OR')), name='ticket_type_numbers_per_order_fit', violation_error_message='The largest number per order cannot be below the smallest.'),
        ),
    ]
