"""The index is made while payments are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0021_gifts_are_checked")]

    operations = [
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(
                models.F("order"),
                condition=models.Q(("method", "credit"), ("state", "paid")),
                name="payments_by_credit",
            ),
        ),
    ]
