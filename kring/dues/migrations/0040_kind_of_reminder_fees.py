from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('dues', '0021_entry_account')]

    operations = [
        migrations.RemoveConstraint(
            model_name='contribution',
            name='contribution_kind_is_known',
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['period', 'entry', 'correction', 'reminder'])), name='contribution_kind_is_known'),
        ),
    ]
