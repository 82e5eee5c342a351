from decimal import Decimal

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    """Of what was refunded nothing stayed as a gift so far."""

    dependencies = [("payments", "0019_refunds_to_credit_are_checked")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="gifted",
            field=models.DecimalField(
                db_default=Decimal(0), decimal_places=2, default=Decimal(0), editable=False, max_digits=10
            ),
        ),
        AddConstraintNotValid(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(gifted__gte=0, gifted__lte=models.F("refunded")),
                name="payment_gives_no_more_than_is_refunded",
            ),
        ),
        InstallSql("refunds_add_up", version=4, digest="44b288aa9f77"),
    ]
