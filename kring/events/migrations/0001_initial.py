from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import kring.core.secrets
import kring.core.tenancy
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        ("organisations", "0001_initial"),
        ("places", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("event", "event"), ("enrolment", "enrolment period")], default="event", max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "new"), ("accepted", "accepted")],
                        default="new",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("edition", models.CharField(blank=True, max_length=50, verbose_name="edition")),
                (
                    "slug",
                    models.SlugField(
                        help_text="The last part of the page's address.", max_length=80, verbose_name="address"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Tickets begin with it, for example VGBC2026.",
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Z0-9]+$", "Use capital letters and digits only.")
                        ],
                        verbose_name="ticket code",
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        help_text="One or two sentences for the list.",
                        max_length=300,
                        verbose_name="summary",
                    ),
                ),
                (
                    "description",
                    models.TextField(
                        blank=True, help_text="Markdown: **bold**, # heading, - list.", verbose_name="description"
                    ),
                ),
                ("photo", models.ImageField(blank=True, upload_to="events/", verbose_name="photo")),
                (
                    "photo_text",
                    models.CharField(
                        blank=True,
                        help_text="What the photo shows, for who cannot see it.",
                        max_length=200,
                        verbose_name="text instead of the photo",
                    ),
                ),
                ("location", models.CharField(blank=True, max_length=200, verbose_name="location")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address of the location")),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "registration_opens_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="registration opens"),
                ),
                (
                    "registration_closes_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="registration closes"),
                ),
                ("grants_certificates", models.BooleanField(default=False, verbose_name="certificate of attendance")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "pool",
                    kring.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="places.pool",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
            },
        ),
        migrations.CreateModel(
            name="Attraction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "days_to_pay",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="How long a place is kept for who pays by a slow method, such as a transfer.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="days to pay",
                    ),
                ),
                (
                    "registration_opens_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="registration opens"),
                ),
                (
                    "registration_closes_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="registration closes"),
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
                    "pool",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="places.pool"
                    ),
                ),
                (
                    "event",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="attractions",
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "attraction",
                "verbose_name_plural": "attractions",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Organiser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="institution")),
                ("street", models.CharField(blank=True, max_length=200, verbose_name="street and number")),
                ("postal_code", models.CharField(blank=True, max_length=12, verbose_name="postal code")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
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
                "verbose_name": "organiser",
                "verbose_name_plural": "organisers",
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="event",
            name="organiser",
            field=kring.core.tenancy.TenantForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="events.organiser",
                verbose_name="organiser",
            ),
        ),
        migrations.CreateModel(
            name="PaymentOption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("method", models.CharField(max_length=30, verbose_name="method")),
                ("settings", kring.core.secrets.EncryptedJSONField(default=dict)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "event",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="payment_options",
                        to="events.event",
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
                "verbose_name": "payment option",
                "verbose_name_plural": "payment options",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TicketType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="description")),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        max_digits=8,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="price",
                    ),
                ),
                (
                    "vat_rate",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=4, verbose_name="VAT, %"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                ("is_on_sale", models.BooleanField(default=True, verbose_name="on sale")),
                (
                    "attraction",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="ticket_types",
                        to="events.attraction",
                        verbose_name="attraction",
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
                    "pool",
                    kring.core.tenancy.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="places.pool",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket type",
                "verbose_name_plural": "ticket types",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="attraction",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("event"),
                models.F("name"),
                name="attraction_name_is_unique_in_its_event",
                violation_error_message="This event already has an attraction with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attraction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("registration_opens_at", None),
                    ("registration_closes_at", None),
                    ("registration_closes_at__gte", models.F("registration_opens_at")),
                    _connector="OR",
                ),
                name="attraction_registration_closes_after_it_opens",
                violation_error_message="Registration cannot close before it opens.",
            ),
        ),
        migrations.AddConstraint(
            model_name="organiser",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("name"),
                name="organiser_name_is_unique",
                violation_error_message="There is already an organiser with this name.",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(models.F("organisation"), models.F("starts_at"), name="events_by_date"),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("slug"),
                name="event_slug_is_unique",
                violation_error_message="Another event has this address.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("code"),
                name="event_code_is_unique",
                violation_error_message="Another event has this ticket code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gte", models.F("starts_at"))),
                name="event_ends_after_it_starts",
                violation_error_message="The event cannot end before it starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("registration_opens_at", None),
                    ("registration_closes_at", None),
                    ("registration_closes_at__gte", models.F("registration_opens_at")),
                    _connector="OR",
                ),
                name="event_registration_closes_after_it_opens",
                violation_error_message="Registration cannot close before it opens.",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["new", "accepted"])), name="event_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentoption",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("event"),
                models.F("method"),
                name="payment_option_is_offered_once",
                violation_error_message="This event already offers this method.",
            ),
        ),
        migrations.AddConstraint(
            model_name="tickettype",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("attraction"),
                models.F("name"),
                name="ticket_type_name_is_unique_in_its_attraction",
                violation_error_message="This attraction already has a ticket type with this name.",
            ),
        ),
        migrations.AddConstraint(
            model_name="tickettype",
            constraint=models.CheckConstraint(
                condition=models.Q(("price__gte", 0)), name="ticket_type_price_is_not_negative"
            ),
        ),
        TenantTable("Organiser"),
        TenantTable("Event", platform="SELECT"),
        TenantTable("Attraction"),
        TenantTable("PaymentOption"),
        TenantTable("TicketType"),
    ]
