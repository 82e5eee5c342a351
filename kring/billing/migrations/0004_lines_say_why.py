import django.db.models.lookups
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """For new rows at once; those that are there are checked by the next one, which locks nobody out."""

    dependencies = [("billing", "0003_why_a_line_costs_that")]

    operations = [
        AddConstraintNotValid(
            "orderline",
            models.CheckConstraint(
                condition=models.Q(("base", None), ("base__gte", 0), _connector="OR"),
                name="order_line_base_is_not_negative",
            ),
        ),
        AddConstraintNotValid(
            "orderline",
            models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func("trace", function="jsonb_typeof", output_field=models.CharField()), "array"
                ),
                name="order_line_trace_is_a_list",
            ),
        ),
        AddConstraintNotValid(
            "orderline",
            models.CheckConstraint(
                condition=models.Q(
                    ("base", None),
                    ("base", models.F("amount")),
                    models.Q(("trace", []), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="order_line_says_why_it_costs_that",
            ),
        ),
    ]
