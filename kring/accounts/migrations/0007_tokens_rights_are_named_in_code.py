import django.contrib.postgres.fields
import kring.accounts.scopes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_how_close_rows_stand'),
    ]

    operations = [
        migrations.AlterField(
            model_name='apitoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=kring.accounts.scopes.choices, max_length=20), verbose_name='rights'),
        ),
    ]
