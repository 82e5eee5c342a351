from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("events", "0011_own_changes")]

    operations = [ValidateConstraint("event", "event_cancel_fee_is_an_amount_or_a_percentage")]
