from decimal import Decimal

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """No line is exempt yet: the rule is validated in the next step, without a lock that keeps others waiting."""

    dependencies = [("billing", "0012_test_orders")]

    operations = [
        migrations.AddField(
            "orderline",
            "exemption",
            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False),
        ),
        AddConstraintNotValid(
            "orderline",
            models.CheckConstraint(
                condition=models.Q(("exemption", {}), ("vat_rate", Decimal("0")), _connector="OR"),
                name="order_line_is_taxed_or_exempt",
            ),
        ),
    ]
