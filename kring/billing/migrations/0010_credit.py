from decimal import Decimal

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """No line has any yet: the rule is validated in the next step, without a lock that keeps others waiting."""

    dependencies = [("billing", "0009_code_of_an_order")]

    operations = [
        migrations.AddField(
            "orderline",
            "credit",
            models.DecimalField(
                db_default=Decimal(0), decimal_places=2, default=Decimal(0), editable=False, max_digits=10
            ),
        ),
        AddConstraintNotValid(
            "orderline",
            models.CheckConstraint(
                condition=models.Q(("credit__gte", 0)), name="order_line_credit_is_not_negative"
            ),
        ),
    ]
