from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [("members", "0075_counted_by_state")]

    operations = [
        migrations.AddField(
            model_name="registersettings",
            name="answer_terms",
            field=models.JSONField(blank=True, db_default=Value({}, models.JSONField()), default=dict),
        ),
        # Longer only: no row is looked at.
        migrations.AlterField(
            model_name="changerequest", name="part", field=models.CharField(max_length=60)
        ),
    ]
