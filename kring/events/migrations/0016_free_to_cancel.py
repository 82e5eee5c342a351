from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0015_when_its_parts_changed")]

    operations = [
        migrations.AddField("event", "moved_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField(
            "event", "free_to_cancel_until", models.DateTimeField(blank=True, editable=False, null=True)
        ),
    ]
