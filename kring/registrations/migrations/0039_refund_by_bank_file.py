from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registrations', '0038_refund_runs'),
    ]

    operations = [
        migrations.AddField(
            model_name='refundrun',
            name='by_bank_file',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='refundrunitem',
            name='by_file',
            field=models.DecimalField(db_default=Decimal('0'), decimal_places=2, default=Decimal('0'), max_digits=10),
        ),
    ]
