from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0015_bank_files")]

    operations = [ValidateConstraint("refund", "refund_has_a_payee_exactly_by_bank_file")]
