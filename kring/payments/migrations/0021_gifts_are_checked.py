from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0020_gifts")]

    operations = [ValidateConstraint("payment", "payment_gives_no_more_than_is_refunded")]
