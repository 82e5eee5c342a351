from django.db import migrations, models

MAKERS = [("everybody", "everybody with a login here"), ("organisers", "organisers only")]


class Migration(migrations.Migration):
    """Organisations that are there keep to what they had: organisers make events, and nobody approves of them."""

    dependencies = [("organisations", "0002_log_cannot_be_altered")]

    operations = [
        migrations.AddField(
            "organisation",
            "event_makers",
            models.CharField(choices=MAKERS, default="organisers", max_length=10, verbose_name="who may make events"),
        ),
        migrations.AddField(
            "organisation",
            "events_need_approval",
            models.BooleanField(default=False, verbose_name="events need approval"),
        ),
        # Only the application knows these defaults: no statement is sent for them.
        migrations.AlterField(
            "organisation",
            "event_makers",
            models.CharField(choices=MAKERS, default="everybody", max_length=10, verbose_name="who may make events"),
        ),
        migrations.AlterField(
            "organisation",
            "events_need_approval",
            models.BooleanField(default=True, verbose_name="events need approval"),
        ),
    ]
