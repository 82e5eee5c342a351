from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forms', '0003_form_choice'),
        ('organisations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='form',
            name='form_purpose_is_known',
        ),
        migrations.AddField(
            model_name='question',
            name='audience',
            field=models.CharField(blank=True, choices=[('', 'the member and the administration'), ('leaders', 'also those who lead a group of the member'), ('staff', 'only the administration')], db_default='', default='', max_length=7, verbose_name='who sees the answers'),
        ),
        migrations.AddConstraint(
            model_name='form',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['questionnaire', 'basic', 'organiser', 'event', 'attraction', 'member'])), name='form_purpose_is_known'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['', 'leaders', 'staff'])), name='question_audience_is_known'),
        ),
    ]
