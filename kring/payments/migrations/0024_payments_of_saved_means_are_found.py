"""The index is made while payments are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0023_saved_means")]

    operations = [
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(
                models.F("means"), condition=models.Q(("means__isnull", False)), name="payments_of_saved_means"
            ),
        ),
    ]
