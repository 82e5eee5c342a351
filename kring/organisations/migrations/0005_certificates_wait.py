from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0004_reworded_mails")]

    operations = [
        migrations.AddField(
            "organisation",
            "certificates_wait",
            models.BooleanField(
                db_default=False, default=False, verbose_name="certificates after the end of the event"
            ),
        ),
    ]
