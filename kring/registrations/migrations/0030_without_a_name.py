from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

NAME = "registration_names_its_attendee_before_it_is_paid"


class Migration(migrations.Migration):
    """What is sold at the box office may be without a name. The looser rule holds for all rows there are: it is
    validated in the next step, without a lock that keeps others waiting."""

    dependencies = [("registrations", "0008_one_normal")]

    operations = [
        migrations.AddField("registration", "may_be_unnamed", models.BooleanField(db_default=False, default=False, editable=False)),
        migrations.RemoveConstraint("registration", NAME),
        AddConstraintNotValid(
            "registration",
            models.CheckConstraint(
                name=NAME,
                condition=models.Q(
                    ("state__in", ["new", "expired", "cancelled"]),
                    ("may_be_unnamed", True),
                    models.Q(models.Q(("attendee_name", ""), _negated=True), models.Q(("attendee_email", ""), _negated=True)),
                    _connector="OR",
                ),
            ),
        ),
    ]
