
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_applications'),
    ]

    operations = [
        migrations.AddField(
            model_name='organisation',
            name='tax_statuses',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list, editable=False),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func('tax_statuses', function='jsonb_typeof', output_field=models.CharField()), 'array'), name='organisation_tax_statuses_are_a_list'),
        ),
    ]
