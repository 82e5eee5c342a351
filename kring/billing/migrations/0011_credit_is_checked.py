from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_credit")]

    operations = [ValidateConstraint("orderline", "order_line_credit_is_not_negative")]
