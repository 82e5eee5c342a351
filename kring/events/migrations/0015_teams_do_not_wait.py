from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0014_campaigns'),
        ('forms', '0005_kept_files'),
        ('members', '0076_terms_of_answers'),
        ('organisations', '0002_applications'),
        ('places', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(('largest_team', None), ('has_waiting_list', False), _connector='OR'), name='attraction_for_teams_has_no_waiting_list', violation_error_message='An attraction for teams has no waiting list.'),
        ),
    ]
