from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_lines_say_why")]

    operations = [
        ValidateConstraint("orderline", "order_line_base_is_not_negative"),
        ValidateConstraint("orderline", "order_line_trace_is_a_list"),
        ValidateConstraint("orderline", "order_line_says_why_it_costs_that"),
    ]
