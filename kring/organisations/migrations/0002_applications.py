from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='takes_applications',
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
    ]
