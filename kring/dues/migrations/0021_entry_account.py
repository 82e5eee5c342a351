from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dues', '0002_runs_and_announcements'),
    ]

    operations = [
        migrations.AddField(
            model_name='feetable',
            name='entry_account_code',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='account of the entry fee'),
        ),
    ]
