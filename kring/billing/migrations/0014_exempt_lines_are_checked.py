from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0013_exempt_lines")]

    operations = [ValidateConstraint("orderline", "order_line_is_taxed_or_exempt")]
