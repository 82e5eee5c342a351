from django.db import migrations, models

STATES = [
    ("queued", "waiting to be sent"),
    ("sending", "being sent"),
    ("sent", "sent"),
    ("failed", "failed"),
    ("kept", "kept here"),
    ("withdrawn", "no longer to be sent"),
    ("held", "held back"),
]


def state() -> models.CharField:
    return models.CharField(choices=STATES, default="queued", max_length=10, verbose_name="state")


class Migration(migrations.Migration):
    dependencies = [("mail", "0004_reworded_mails_are_noted")]
    operations = [
        migrations.AlterField("message", "state", state()),
        migrations.AlterField("platformmessage", "state", state()),
    ]
