from decimal import Decimal

import django.contrib.postgres.fields
import django.core.validators
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.core.secrets
from kring.core.create_models import CreateModels
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("forms", "0001_initial"),
        ("organisations", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Organiser",
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
                        ("name", models.CharField(max_length=200, verbose_name="institution")),
                        ("street", models.CharField(blank=True, max_length=200, verbose_name="street and number")),
                        ("postal_code", models.CharField(blank=True, max_length=12, verbose_name="postal code")),
                        ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                        ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                        ("phone", models.CharField(blank=True, max_length=30, verbose_name="phone")),
                        (
                            "submission",
                            TenantForeignKey(blank=True, null=True, on_delete=models.DB_SET_NULL, related_name="+", to="forms.submission"),
                        ),
                        ("named_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "organiser",
                        "verbose_name_plural": "organisers",
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("name"),
                                name="organiser_name_is_unique",
                                violation_error_message="There is already an organising body with this name.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Event",
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
                        ("kind", models.CharField(choices=[("event", "event"), ("enrolment", "enrolment period")], default="event", max_length=10)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "draft"),
                                    ("pending", "pending approval"),
                                    ("accepted", "accepted"),
                                    ("open", "registration open"),
                                    ("closed", "registration closed"),
                                    ("running_open", "running, registration open"),
                                    ("running_closed", "running, registration closed"),
                                    ("finished", "finished"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="new",
                                max_length=14,
                                verbose_name="state",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, db_default="", max_length=300, verbose_name="reason")),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("edition", models.CharField(blank=True, max_length=50, verbose_name="edition")),
                        ("slug", models.SlugField(help_text="The last part of the page's address.", max_length=80, verbose_name="address")),
                        (
                            "code",
                            models.CharField(
                                help_text="Tickets begin with it, for example VGBC2026.",
                                max_length=16,
                                validators=[django.core.validators.RegexValidator("^[A-Z0-9]+$", "Use capital letters and digits only.")],
                                verbose_name="ticket code",
                            ),
                        ),
                        (
                            "summary",
                            models.CharField(blank=True, help_text="One or two sentences for the list.", max_length=300, verbose_name="summary"),
                        ),
                        ("description", models.TextField(blank=True, help_text="Markdown: **bold**, # heading, - list.", verbose_name="description")),
                        ("photo", models.ImageField(blank=True, upload_to="events/", verbose_name="photo")),
                        (
                            "photo_text",
                            models.CharField(
                                blank=True,
                                help_text="Describes the photo for people who cannot see it.",
                                max_length=200,
                                verbose_name="alternative text",
                            ),
                        ),
                        (
                            "organiser",
                            TenantForeignKey(on_delete=models.DO_NOTHING, related_name="events", to="events.organiser", verbose_name="organiser"),
                        ),
                        ("location", models.CharField(blank=True, max_length=200, verbose_name="location")),
                        ("address", models.CharField(blank=True, max_length=300, verbose_name="address of the location")),
                        ("starts_at", models.DateTimeField(verbose_name="starts")),
                        ("ends_at", models.DateTimeField(verbose_name="ends")),
                        ("registration_opens_at", models.DateTimeField(blank=True, null=True, verbose_name="registration opens")),
                        ("registration_closes_at", models.DateTimeField(blank=True, null=True, verbose_name="registration closes")),
                        ("data_changeable_until", models.DateTimeField(blank=True, null=True, verbose_name="details can be changed until")),
                        (
                            "grace_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="How long after registration has closed a slow payment, such as a transfer, may still arrive.",
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="grace period (days)",
                            ),
                        ),
                        (
                            "demanded",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=50), blank=True, db_default=[], default=list
                            ),
                        ),
                        (
                            "submission",
                            TenantForeignKey(blank=True, null=True, on_delete=models.DB_SET_NULL, related_name="+", to="forms.submission"),
                        ),
                        ("grants_certificates", models.BooleanField(default=False, verbose_name="certificate of attendance")),
                        ("pool", TenantForeignKey(blank=True, null=True, on_delete=models.DO_NOTHING, related_name="+", to="places.pool")),
                        ("moved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("free_to_cancel_until", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("created_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        ("named_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "indexes": [
                            models.Index(models.F("organisation"), models.F("starts_at"), name="events_by_date"),
                            models.Index(
                                models.F("state"),
                                condition=models.Q(("state__in", ["accepted", "open", "closed", "running_open", "running_closed"])),
                                name="events_the_clock_moves",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("slug"),
                                name="event_slug_is_unique",
                                violation_error_message="Another event has this address.",
                            ),
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("code"),
                                name="event_code_is_unique",
                                violation_error_message="Another event has this ticket code.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gte", models.F("starts_at"))),
                                name="event_ends_after_it_starts",
                                violation_error_message="The event cannot end before it starts.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("registration_opens_at", None),
                                    ("registration_closes_at", None),
                                    ("registration_closes_at__gte", models.F("registration_opens_at")),
                                    _connector="OR",
                                ),
                                name="event_registration_closes_after_it_opens",
                                violation_error_message="Registration cannot close before it opens.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["new", "pending", "accepted", "open", "closed", "running_open", "running_closed", "finished", "cancelled"],
                                    )
                                ),
                                name="event_state_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attraction",
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
                        ("event", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="attractions", to="events.event", verbose_name="event")),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                        ("pool", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="+", to="places.pool")),
                        (
                            "days_to_pay",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="How long a place is reserved for anyone who pays by a slow method, such as a transfer.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1)],
                                verbose_name="days to pay",
                            ),
                        ),
                        (
                            "form",
                            TenantForeignKey(
                                blank=True, null=True, on_delete=models.DO_NOTHING, related_name="attractions", to="forms.form", verbose_name="form"
                            ),
                        ),
                        (
                            "submission",
                            TenantForeignKey(blank=True, null=True, on_delete=models.DB_SET_NULL, related_name="+", to="forms.submission"),
                        ),
                        ("youngest", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="from age")),
                        ("oldest", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="to age")),
                        ("leader_name", models.CharField(blank=True, db_default="", max_length=200, verbose_name="leader")),
                        ("leader_email", models.EmailField(blank=True, db_default="", max_length=254, verbose_name="leader's e-mail")),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                choices=[
                                    (0, "Monday"),
                                    (1, "Tuesday"),
                                    (2, "Wednesday"),
                                    (3, "Thursday"),
                                    (4, "Friday"),
                                    (5, "Saturday"),
                                    (6, "Sunday"),
                                ],
                                null=True,
                                verbose_name="weekday",
                            ),
                        ),
                        ("meets_at", models.TimeField(blank=True, null=True, verbose_name="time")),
                        (
                            "fewest_sessions",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="How many of its sessions must be chosen, at least, before the registration is complete.",
                                verbose_name="sessions to choose",
                            ),
                        ),
                        (
                            "grace_days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, validators=[django.core.validators.MaxValueValidator(365)], verbose_name="grace period (days)"
                            ),
                        ),
                        ("registration_opens_at", models.DateTimeField(blank=True, null=True, verbose_name="registration opens")),
                        ("registration_closes_at", models.DateTimeField(blank=True, null=True, verbose_name="registration closes")),
                        ("has_waiting_list", models.BooleanField(db_default=False, default=False, verbose_name="waiting list")),
                        ("is_kept", models.BooleanField(db_default=False, default=False, editable=False)),
                        ("updated_at", models.DateTimeField(editable=False, null=True)),
                        ("named_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "attraction",
                        "verbose_name_plural": "attractions",
                        "ordering": ["position", "pk"],
                        "indexes": [
                            models.Index(
                                models.F("organisation"), models.F("pool"), condition=models.Q(("is_kept", True)), name="attractions_kept_by_pool"
                            ),
                            models.Index(
                                models.F("organisation"), models.F("event"), condition=models.Q(("is_kept", True)), name="attractions_kept_by_event"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("event"),
                                models.F("name"),
                                name="attraction_name_is_unique_in_its_event",
                                violation_error_message="This event already has an attraction with this name.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("registration_opens_at", None),
                                    ("registration_closes_at", None),
                                    ("registration_closes_at__gte", models.F("registration_opens_at")),
                                    _connector="OR",
                                ),
                                name="attraction_registration_closes_after_it_opens",
                                violation_error_message="Registration cannot close before it opens.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("youngest", None), ("oldest", None), ("oldest__gte", models.F("youngest")), _connector="OR"),
                                name="attraction_oldest_is_not_below_youngest",
                                violation_error_message="The maximum age cannot be below the minimum.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EligibilityRule",
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
                        ("event", TenantForeignKey(null=True, on_delete=models.DB_CASCADE, related_name="eligibility_rules", to="events.event")),
                        (
                            "attraction",
                            TenantForeignKey(null=True, on_delete=models.DB_CASCADE, related_name="eligibility_rules", to="events.attraction"),
                        ),
                        ("key", models.CharField(max_length=30, verbose_name="rule")),
                        ("settings", kring.core.secrets.EncryptedJSONField(default=dict)),
                        (
                            "stage",
                            models.CharField(
                                choices=[("before", "before payment"), ("after", "after payment")],
                                default="before",
                                max_length=6,
                                verbose_name="checked",
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "eligibility rule",
                        "verbose_name_plural": "eligibility rules",
                        "ordering": ["position", "pk"],
                        "indexes": [
                            models.Index(models.F("organisation"), models.F("event"), name="eligibility_rules_of_an_event"),
                            models.Index(models.F("organisation"), models.F("attraction"), name="eligibility_rules_of_a_part"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("attraction__isnull", False), ("event", None)),
                                    models.Q(("attraction", None), ("event__isnull", False)),
                                    _connector="OR",
                                ),
                                name="eligibility_rule_is_of_an_event_or_of_an_attraction",
                            ),
                            models.CheckConstraint(condition=models.Q(("stage__in", ["before", "after"])), name="eligibility_rule_stage_is_known"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentOption",
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
                        ("event", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="payment_options", to="events.event")),
                        ("method", models.CharField(max_length=30, verbose_name="method")),
                        ("settings", kring.core.secrets.EncryptedJSONField(default=dict)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "verbose_name": "payment method",
                        "verbose_name_plural": "payment methods",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("event"),
                                models.F("method"),
                                name="payment_option_is_offered_once",
                                violation_error_message="This event already offers this method.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegistryAnswer",
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
                        ("registry", models.CharField(max_length=200, verbose_name="member register")),
                        ("subject", models.CharField(editable=False, max_length=64)),
                        ("name", models.CharField(blank=True, max_length=200, verbose_name="asked about")),
                        (
                            "result",
                            models.CharField(
                                choices=[("found", "found"), ("not_found", "not found"), ("down", "no usable answer")],
                                max_length=9,
                                verbose_name="answer",
                            ),
                        ),
                        ("trouble", models.CharField(blank=True, max_length=200, verbose_name="problem")),
                        ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                        ("asked_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "verbose_name": "answer of the member register",
                        "verbose_name_plural": "answers of the member register",
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("subject"),
                                models.OrderBy(models.F("asked_at"), descending=True),
                                name="registry_answers_of_a_subject",
                            ),
                            models.Index(
                                models.F("organisation"), models.OrderBy(models.F("asked_at"), descending=True), name="registry_answers_newest_first"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("result__in", ["found", "not_found", "down"])), name="registry_result_is_known"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Session",
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
                        ("attraction", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="sessions", to="events.attraction")),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("description", models.TextField(blank=True, verbose_name="description")),
                        ("room", models.CharField(blank=True, max_length=200, verbose_name="place")),
                        ("starts_at", models.DateTimeField(verbose_name="starts")),
                        ("ends_at", models.DateTimeField(verbose_name="ends")),
                        (
                            "closes_at",
                            models.DateTimeField(blank=True, help_text="Left empty: until it starts.", null=True, verbose_name="may be chosen until"),
                        ),
                        ("pool", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="+", to="places.pool")),
                        ("updated_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "session",
                        "verbose_name_plural": "sessions",
                        "ordering": ["starts_at", "name", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("attraction"),
                                models.F("name"),
                                models.F("starts_at"),
                                name="session_name_is_unique_at_its_time",
                                violation_error_message="There is already a session with this name at this time.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="session_ends_after_it_starts",
                                violation_error_message="The session cannot end before it starts.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TicketType",
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
                        (
                            "attraction",
                            TenantForeignKey(
                                on_delete=models.DB_CASCADE, related_name="ticket_types", to="events.attraction", verbose_name="attraction"
                            ),
                        ),
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
                        ("vat_rate", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=4, verbose_name="VAT, %")),
                        ("pool", TenantForeignKey(blank=True, null=True, on_delete=models.DO_NOTHING, related_name="+", to="places.pool")),
                        ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                        ("is_on_sale", models.BooleanField(default=True, verbose_name="on sale")),
                        ("updated_at", models.DateTimeField(editable=False, null=True)),
                        ("named_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "ticket type",
                        "verbose_name_plural": "ticket types",
                        "ordering": ["position", "pk"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("attraction"),
                                models.F("name"),
                                name="ticket_type_name_is_unique_in_its_attraction",
                                violation_error_message="This attraction already has a ticket type with this name.",
                            ),
                            models.CheckConstraint(condition=models.Q(("price__gte", 0)), name="ticket_type_price_is_not_negative"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WaitingList",
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
                        ("event", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="waiting_lists", to="events.event")),
                        ("is_on", models.BooleanField(default=True, verbose_name="waiting list")),
                        ("covers_all", models.BooleanField(default=True, verbose_name="for the whole event")),
                        (
                            "hours",
                            models.PositiveSmallIntegerField(
                                default=48,
                                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(720)],
                                verbose_name="hours an invitation is valid",
                            ),
                        ),
                        (
                            "remind_hours",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                default=12,
                                help_text="Left empty: no reminder.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(719)],
                                verbose_name="reminder, hours before the deadline",
                            ),
                        ),
                        ("members_first", models.BooleanField(default=False, verbose_name="members first")),
                        (
                            "largest_party",
                            models.PositiveSmallIntegerField(
                                default=4,
                                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)],
                                verbose_name="largest group",
                            ),
                        ),
                        (
                            "policy",
                            models.CharField(
                                choices=[
                                    ("strict", "strict: nobody jumps the queue"),
                                    ("fill", "fill up: a smaller group may take places a larger one cannot use"),
                                ],
                                default="strict",
                                max_length=6,
                                verbose_name="groups that do not fit",
                            ),
                        ),
                        (
                            "patience",
                            models.PositiveSmallIntegerField(
                                default=3,
                                help_text="After so many smaller groups, places are kept together for the larger one.",
                                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)],
                                verbose_name="times overtaken, at most",
                            ),
                        ),
                        (
                            "mode",
                            models.CharField(
                                choices=[
                                    ("timed", "an invitation with a deadline"),
                                    ("immediate", "registered at once if there is nothing to pay or answer; otherwise an invitation"),
                                ],
                                default="timed",
                                max_length=9,
                                verbose_name="next in the queue gets",
                            ),
                        ),
                        (
                            "prices",
                            models.CharField(
                                choices=[("joining", "as they were when joining the list"), ("paying", "as they are when paying")],
                                default="paying",
                                max_length=7,
                                verbose_name="prices",
                            ),
                        ),
                        (
                            "others",
                            models.CharField(
                                choices=[
                                    ("give_up", "dropped: anyone who takes a place no longer waits for anything else"),
                                    ("keep", "kept: anyone who takes a lower choice goes on waiting for the higher ones"),
                                ],
                                default="give_up",
                                max_length=7,
                                verbose_name="other wishes",
                            ),
                        ),
                        (
                            "ends_at",
                            models.DateTimeField(
                                blank=True, help_text="Left empty: when registration closes.", null=True, verbose_name="end of the list"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "waiting list",
                        "verbose_name_plural": "waiting lists",
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("event"), name="event_has_one_waiting_list"),
                            models.CheckConstraint(
                                condition=models.Q(("remind_hours", None), ("remind_hours__lt", models.F("hours")), _connector="OR"),
                                name="waiting_list_reminds_before_the_deadline",
                                violation_error_message="The reminder must come after the invitation: choose fewer hours.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hours__range", (1, 720)), ("largest_party__range", (1, 20)), ("patience__range", (1, 50))),
                                name="waiting_list_has_sensible_numbers",
                            ),
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Organiser"),
        TenantTable("Event", platform="SELECT"),
        TenantTable("Attraction", platform="SELECT"),
        TenantTable("EligibilityRule"),
        TenantTable("PaymentOption"),
        TenantTable("RegistryAnswer", platform="SELECT"),
        TenantTable("Session"),
        TenantTable("TicketType", platform="SELECT"),
        TenantTable("WaitingList", platform="SELECT"),
        migrations.RunSQL(
            "CREATE INDEX events_by_pool ON events_event (organisation_id, pool_id) WHERE pool_id IS NOT NULL",
            "DROP INDEX events_by_pool",
        ),
    ]
