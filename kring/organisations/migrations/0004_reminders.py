import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0003_tax_statuses'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='instalment_days_after',
            field=models.PositiveSmallIntegerField(db_default=3, default=3, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='days after an instalment'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='instalment_days_before',
            field=models.PositiveSmallIntegerField(db_default=7, default=7, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='days before an instalment'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='overdue_bars_entry',
            field=models.BooleanField(db_default=False, default=False, verbose_name='overdue instalments bar entry'),
        ),
        migrations.AddField(
            model_name='organisation',
            name='unpaid_days_before',
            field=models.PositiveSmallIntegerField(db_default=2, default=2, validators=[django.core.validators.MaxValueValidator(60)], verbose_name='days before an unpaid order expires'),
        ),
    ]
