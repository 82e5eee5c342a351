import django.db.models.deletion
from django.db import migrations, models

from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantKey


class Migration(migrations.Migration):
    dependencies = [("registrations", "0035_uses_of_codes"), ("billing", "0011_credit_is_checked")]

    operations = [
        migrations.AddField(
            "registration",
            "replaces",
            TenantForeignKey(
                null=True,
                on_delete=django.db.models.deletion.DB_SET_NULL,
                related_name="replaced_by",
                to="registrations.registration",
            ),
        ),
        migrations.AddIndex(
            "registration",
            models.Index(
                models.F("organisation"),
                models.F("replaces"),
                condition=models.Q(("replaces__isnull", False)),
                name="registrations_that_replace",
            ),
        ),
        TenantKey("Registration", "replaces"),
    ]
