import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kring.core.tenancy
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        ("billing", "0001_initial"),
        ("events", "0001_initial"),
        ("organisations", "0001_initial"),
        ("places", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Registration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("filled_in", "filled in"),
                            ("paying", "payment in progress"),
                            ("completed", "completed"),
                            ("expired", "expired"),
                            ("cancelled", "cancelled"),
                        ],
                        default="new",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attendee_name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("attendee_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "profession",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("therapeut", "therapist"),
                            ("dietist", "dietitian"),
                            ("leefstijlcoach", "lifestyle coach"),
                            ("arts", "doctor"),
                            ("onderzoeker", "researcher"),
                            ("student", "student"),
                            ("anders", "something else"),
                        ],
                        max_length=20,
                        verbose_name="profession",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                ("completed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "attendee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="registrations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "attraction",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="registrations",
                        to="events.attraction",
                    ),
                ),
                (
                    "event",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="registrations", to="events.event"
                    ),
                ),
                (
                    "hold",
                    kring.core.tenancy.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="registrations",
                        to="places.hold",
                    ),
                ),
                (
                    "line",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="registrations",
                        to="billing.orderline",
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
                    "ticket_type",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="registrations",
                        to="events.tickettype",
                    ),
                ),
            ],
            options={
                "verbose_name": "registration",
                "verbose_name_plural": "registrations",
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder_number", models.BigIntegerField()),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("admitted_at", models.DateTimeField(null=True)),
                ("admitted_where", models.CharField(blank=True, max_length=100)),
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
                    "registration",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="tickets",
                        to="registrations.registration",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
            },
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                models.F("organisation"),
                models.F("event"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="registrations_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(models.F("organisation"), models.F("attendee"), name="registrations_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(models.F("organisation"), models.F("hold"), name="registration_of_a_hold"),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("line"), name="registration_is_one_per_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                    models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_at__isnull", True)),
                    _connector="OR",
                ),
                name="registration_cancelled_exactly_when_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["new", "expired", "cancelled"]),
                    models.Q(
                        models.Q(("attendee_name", ""), _negated=True), models.Q(("attendee_email", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="registration_names_its_attendee_before_it_is_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("registration"), name="ticket_is_one_per_registration"
            ),
        ),
        TenantTable("Registration", platform="SELECT"),
        TenantTable("Ticket"),
    ]
