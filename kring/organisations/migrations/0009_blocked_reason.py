from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0008_second_factor'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='blocked_reason',
            field=models.CharField(blank=True, db_default='', editable=False, max_length=500, verbose_name='reason'),
        ),
    ]
