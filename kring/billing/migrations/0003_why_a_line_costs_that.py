from django.db import migrations, models


class Migration(migrations.Migration):
    """The rules behind the price of a line. Lines that were there, and those that older code makes, have no base."""

    dependencies = [("billing", "0002_functions_and_triggers")]

    operations = [
        migrations.AddField(
            "orderline",
            "base",
            models.DecimalField(decimal_places=2, editable=False, max_digits=10, null=True),
        ),
        migrations.AddField(
            "orderline",
            "trace",
            models.JSONField(db_default=models.Value([], models.JSONField()), default=list, editable=False),
        ),
        migrations.AddField("orderline", "priced_at", models.DateTimeField(editable=False, null=True)),
    ]
