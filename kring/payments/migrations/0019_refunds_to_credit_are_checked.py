from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0018_credit")]

    operations = [ValidateConstraint("refund", "refund_has_an_account_exactly_to_credit")]
