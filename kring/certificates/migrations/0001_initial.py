import django.utils.timezone
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.certificates.models
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("organisations", "0001_initial"),
        ("registrations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_default=RawSQL("current_setting('kring.organisation_id')::bigint", []),
                        editable=False,
                        on_delete=models.DB_CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                ("ticket", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="certificates", to="registrations.ticket")),
                ("code", models.CharField(default=kring.certificates.models.new_code, editable=False, max_length=16)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("event_name", models.CharField(max_length=260, verbose_name="event")),
                ("attended_at", models.DateTimeField(verbose_name="attended")),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "certificate",
                "verbose_name_plural": "certificates",
                "constraints": [
                    models.UniqueConstraint(models.F("organisation"), models.F("ticket"), name="certificate_is_one_per_ticket"),
                    models.UniqueConstraint(models.F("organisation"), models.F("code"), name="certificate_code_is_unique"),
                ],
            },
        ),
        TenantTable("Certificate"),
    ]
