from django.db import migrations, models

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0012_first_steps'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='organisation',
            name='organisation_status_is_known',
        ),
        migrations.AddField(
            model_name='organisation',
            name='deletion_due_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['new', 'active', 'blocked', 'deleting'])), name='organisation_status_is_known'),
        ),
        InstallSql("stays", version=1, digest="3c4de3e25ee9"),
    ]
