from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0061_picture")]

    operations = [
        migrations.AddField(
            "registersettings",
            "remembered_values",
            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False),
        ),
    ]
