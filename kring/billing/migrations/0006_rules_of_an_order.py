from django.db import migrations, models


class Migration(migrations.Migration):
    """The price rules of the moment of holding."""

    dependencies = [("billing", "0005_lines_are_checked")]

    operations = [
        migrations.AddField(
            "order",
            "price_rules",
            models.JSONField(db_default=models.Value([], models.JSONField()), default=list, editable=False),
        ),
    ]
