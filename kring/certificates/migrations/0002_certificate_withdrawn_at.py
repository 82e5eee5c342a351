from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        migrations.AddField("certificate", "withdrawn_at", models.DateTimeField(editable=False, null=True)),
    ]
