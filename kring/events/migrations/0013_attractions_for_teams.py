import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0012_own_changes_are_checked'),
        ('forms', '0005_kept_files'),
        ('members', '0074_undo_of_besides'),
        ('organisations', '0002_applications'),
        ('places', '0002_functions_and_triggers'),
    ]

    operations = [
        migrations.AddField(
            model_name='attraction',
            name='largest_team',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='most people per team'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='smallest_team',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='fewest people per team'),
        ),
        migrations.AddField(
            model_name='attraction',
            name='team_changes_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='teams may change until'),
        ),
        migrations.AddConstraint(
            model_name='attraction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('largest_team', None), ('smallest_team', None)), models.Q(('largest_team__gte', models.F('smallest_team')), ('largest_team__isnull', False), ('largest_team__lte', 100), ('smallest_team__gte', 1), ('smallest_team__isnull', False)), _connector='OR'), name='attraction_numbers_of_teams_fit', violation_error_message='For teams both numbers are needed, and the largest is not below the smallest.'),
        ),
    ]
