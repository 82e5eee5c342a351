import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.tenancy
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        ("events", "0001_initial"),
        ("organisations", "0001_initial"),
        ("registrations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "event",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE, related_name="locations", to="events.event"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_default=django.db.models.expressions.RawSQL(
                            "current_setting('kring.organisation_id')::bigint", []
                        ),
                        editable=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "entrance",
                "verbose_name_plural": "entrances",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("valid", "let in"),
                            ("already_scanned", "already scanned"),
                            ("not_found", "not found"),
                            ("wrong_event", "wrong event"),
                            ("not_paid", "not paid"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=16,
                        verbose_name="result",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=80)),
                ("location_name", models.CharField(blank=True, max_length=100)),
                ("device", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "event",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE, related_name="scans", to="events.event"
                    ),
                ),
                (
                    "location",
                    kring.core.tenancy.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="scans",
                        to="checkin.location",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_default=django.db.models.expressions.RawSQL(
                            "current_setting('kring.organisation_id')::bigint", []
                        ),
                        editable=False,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "scanned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    kring.core.tenancy.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="scans",
                        to="registrations.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "scan",
                "verbose_name_plural": "scans",
            },
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("event"),
                models.F("name"),
                name="location_name_is_unique_in_its_event",
                violation_error_message="This event already has an entrance with this name.",
            ),
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(
                models.F("organisation"),
                models.F("event"),
                models.OrderBy(models.F("at"), descending=True),
                name="scans_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(models.F("organisation"), models.F("ticket"), name="scans_of_a_ticket"),
        ),
        TenantTable("Location"),
        TenantTable("Scan"),
    ]
