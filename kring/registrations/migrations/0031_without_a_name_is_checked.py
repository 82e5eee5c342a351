from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registrations", "0030_without_a_name")]

    operations = [ValidateConstraint("registration", "registration_names_its_attendee_before_it_is_paid")]
