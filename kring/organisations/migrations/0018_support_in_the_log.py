from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0017_support_allowed")]

    operations = [
        migrations.AddField("auditentry", "is_support", models.BooleanField(db_default=False, default=False)),
    ]
