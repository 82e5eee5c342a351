from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Without locking the orders of a running system."""

    atomic = False
    dependencies = [("billing", "0006_whose_order_it_is")]

    operations = [
        AddIndexConcurrently(
            "order",
            models.Index(
                "organisation", "counted_address", condition=~models.Q(counted_address=""), name="orders_by_address"
            ),
        ),
        AddIndexConcurrently(
            "order",
            models.Index(
                "organisation", "counted_network", condition=~models.Q(counted_network=""), name="orders_by_network"
            ),
        ),
    ]
