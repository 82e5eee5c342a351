from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_life_cycle'),
        ('organisations', '0002_log_cannot_be_altered'),
        ('places', '0002_claims_add_up'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attraction',
            name='leader_email',
            field=models.EmailField(blank=True, db_default='', max_length=254, verbose_name="leader's e-mail"),
        ),
        migrations.AddField(
            model_name='attraction',
            name='leader_name',
            field=models.CharField(blank=True, db_default='', max_length=200, verbose_name='leader'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='meets_at',
            field=models.TimeField(blank=True, null=True, verbose_name='time'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='oldest',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='to age'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='weekday',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], null=True, verbose_name='weekday'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='youngest',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='from age'),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('youngest', None), ('oldest', None), ('oldest__gte', models.F('youngest')), _connector='OR'), name='attraction_oldest_is_not_below_youngest', violation_error_message='The highest age cannot be below the lowest.'),
        ),
    ]
