import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

from kring.core.create_models import CreateModels
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("events", "0001_initial"),
        ("organisations", "0001_initial"),
        ("registrations", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Location",
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
                        ("event", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="locations", to="events.event")),
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                    ],
                    options={
                        "verbose_name": "entrance",
                        "verbose_name_plural": "entrances",
                        "ordering": ["pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("event"),
                                models.F("name"),
                                name="location_name_is_unique_in_its_event",
                                violation_error_message="This event already has an entrance with this name.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Scan",
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
                        ("event", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="scans", to="events.event")),
                        ("ticket", TenantForeignKey(null=True, on_delete=models.DB_CASCADE, related_name="scans", to="registrations.ticket")),
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
                                    ("other_day", "another day"),
                                    ("short_code", "short code only"),
                                    ("undone", "check-in undone"),
                                ],
                                max_length=16,
                                verbose_name="result",
                            ),
                        ),
                        ("code", models.CharField(blank=True, max_length=80)),
                        ("location", TenantForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="scans", to="checkin.location")),
                        ("location_name", models.CharField(blank=True, max_length=100)),
                        ("device", models.CharField(blank=True, max_length=64)),
                        ("despite", models.CharField(blank=True, db_default="", default="", max_length=40)),
                        ("reason", models.CharField(blank=True, db_default="", default="", max_length=300, verbose_name="reason")),
                        ("scanned_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "verbose_name": "scan",
                        "verbose_name_plural": "scans",
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("event"),
                                models.OrderBy(models.F("at"), descending=True),
                                name="scans_newest_first",
                            ),
                            models.Index(models.F("organisation"), models.F("ticket"), name="scans_of_a_ticket"),
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Location"),
        TenantTable("Scan"),
    ]
