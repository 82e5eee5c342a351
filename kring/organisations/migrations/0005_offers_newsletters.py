from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0004_reminders'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='offers_newsletters',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
