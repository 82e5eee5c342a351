from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0008_price_rules")]

    operations = [
        migrations.AddField(
            model_name="tickettype",
            name="lowest_price",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="lowest price"
            ),
        ),
        migrations.AddConstraint(
            model_name="tickettype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lowest_price", None),
                    models.Q(
                        ("lowest_price__gte", 0),
                        ("price__gt", 0),
                        ("price__gte", models.F("lowest_price")),
                        ("price__lte", Decimal("10000")),
                    ),
                    _connector="OR",
                ),
                name="ticket_type_suggests_what_may_be_chosen",
                violation_error_message="Suggest a price above 0, and not below the lowest one.",
            ),
        ),
    ]
