import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registrations', '0036_replaces'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='bars',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('test', 'test ticket: nothing was paid'), ('dispute', 'the payment is disputed'), ('overdue', 'a part of the price is overdue')], max_length=10), db_default=[], default=list, editable=False),
        ),
    ]
