from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_states_of_refunds")]

    operations = [
        ValidateConstraint("payment", "payment_sends_back_no_more_than_came"),
        ValidateConstraint("payment", "payment_sends_back_only_what_came"),
        ValidateConstraint("payment", "payment_charged_back_is_not_negative"),
    ]
