from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkin', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='scan',
            name='despite',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='scan',
            name='reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='scan',
            name='result',
            field=models.CharField(choices=[('valid', 'let in'), ('already_scanned', 'already scanned'), ('not_found', 'not found'), ('wrong_event', 'wrong event'), ('not_paid', 'not paid'), ('cancelled', 'cancelled'), ('other_day', 'another day'), ('short_code', 'short code only'), ('undone', 'check-in undone')], max_length=16, verbose_name='result'),
        ),
    ]
