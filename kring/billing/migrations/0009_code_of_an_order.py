from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0008_gift_on_top'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='code',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=40, verbose_name='code'),
        ),
    ]
