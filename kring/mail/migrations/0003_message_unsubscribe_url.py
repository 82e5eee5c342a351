from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='unsubscribe_url',
            field=models.CharField(blank=True, db_default='', max_length=300),
        ),
    ]
