"""Payments are found that are paid at the provider and not confirmed; the index is made while payments are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("payments", "0006_incoming_transfers")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="unconfirmed_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        AddIndexConcurrently(
            model_name="payment",
            index=models.Index(
                "unconfirmed_since",
                name="payment_unconfirmed",
                condition=models.Q(("unconfirmed_since__isnull", False)),
            ),
        ),
    ]
