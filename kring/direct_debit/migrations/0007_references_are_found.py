"""The indexes are made while collections are written."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("direct_debit", "0006_goes_with_its_organisation")]

    operations = [
        AddIndexConcurrently("debit", models.Index(models.F("version"), name="debits_of_a_version")),
        AddIndexConcurrently("debitreturn", models.Index(models.F("debit"), name="returns_of_a_debit")),
        AddIndexConcurrently("providerdebit", models.Index(models.F("means"), name="provider_debits_of_means")),
    ]
