from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registrations', '0020_listed_says_when'),
    ]

    operations = [
        migrations.AddField(
            model_name='registration',
            name='proved_email',
            field=models.EmailField(blank=True, db_default='', default='', max_length=254),
        ),
    ]
