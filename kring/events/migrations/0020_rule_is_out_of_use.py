from django.db import migrations


class Migration(migrations.Migration):
    """The columns of the rule before stay until the next version, so that processes of the version before go on."""

    dependencies = [("events", "0019_rule_becomes_terms")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("event", "event_cancel_fee_is_an_amount_or_a_percentage"),
                migrations.RemoveField("event", "cancel_fee"),
                migrations.RemoveField("event", "cancel_fee_from"),
                migrations.RemoveField("event", "cancel_fee_is_percent"),
            ]
        )
    ]
