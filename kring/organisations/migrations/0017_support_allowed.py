from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0016_those_refused_before")]

    operations = [
        migrations.AddField(
            "organisation",
            "support_allowed",
            models.BooleanField(db_default=True, default=True, editable=False, verbose_name="support access"),
        ),
    ]
