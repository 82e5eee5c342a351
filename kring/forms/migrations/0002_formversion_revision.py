from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='formversion',
            name='revision',
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
