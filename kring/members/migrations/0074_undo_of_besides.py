from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0073_answers_in_the_portal")]

    operations = [
        migrations.AddField("plannedrow", "before", models.JSONField(editable=False, null=True)),
        migrations.AddField("plannedrow", "after", models.JSONField(editable=False, null=True)),
    ]
