import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.functions.datetime
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
        ("billing", "0001_initial"),
        ("core", "0001_initial"),
        ("events", "0001_initial"),
        ("forms", "0001_initial"),
        ("organisations", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Registration",
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
                        ("line", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="registrations", to="billing.orderline")),
                        ("event", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="registrations", to="events.event")),
                        ("attraction", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="registrations", to="events.attraction")),
                        ("ticket_type", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="registrations", to="events.tickettype")),
                        ("hold", TenantForeignKey(null=True, on_delete=models.DO_NOTHING, related_name="registrations", to="places.hold")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "new"),
                                    ("filled_in", "filled in"),
                                    ("paying", "payment in progress"),
                                    ("completed", "confirmed"),
                                    ("expired", "expired"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="new",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "attendee",
                            models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="registrations", to=settings.AUTH_USER_MODEL),
                        ),
                        ("attendee_name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                        ("attendee_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("proved_email", models.EmailField(blank=True, db_default="", default="", max_length=254)),
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
                        ("basic", TenantForeignKey(null=True, on_delete=models.DO_NOTHING, related_name="+", to="forms.submission")),
                        ("submission", TenantForeignKey(null=True, on_delete=models.DO_NOTHING, related_name="+", to="forms.submission")),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="registered")),
                        ("completed_at", models.DateTimeField(null=True)),
                        ("cancelled_at", models.DateTimeField(null=True)),
                        ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                    ],
                    options={
                        "verbose_name": "registration",
                        "verbose_name_plural": "registrations",
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("event"),
                                models.OrderBy(models.F("created_at"), descending=True),
                                name="registrations_newest_first",
                            ),
                            models.Index(
                                models.F("organisation"), models.OrderBy(models.F("created_at"), descending=True), name="registrations_of_all_events"
                            ),
                            models.Index(models.F("organisation"), models.F("attendee"), name="registrations_of_a_person"),
                            models.Index(models.F("organisation"), models.F("hold"), name="registration_of_a_hold"),
                            models.Index(
                                models.F("organisation"),
                                models.F("basic"),
                                condition=models.Q(("basic__isnull", False)),
                                name="registrations_by_basic",
                            ),
                            models.Index(
                                models.F("organisation"),
                                models.F("submission"),
                                condition=models.Q(("submission__isnull", False)),
                                name="registrations_by_submission",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("line"), name="registration_is_one_per_line"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                                    models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="registration_cancelled_exactly_when_dated",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["new", "expired", "cancelled"]),
                                    models.Q(models.Q(("attendee_name", ""), _negated=True), models.Q(("attendee_email", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="registration_names_its_attendee_before_it_is_paid",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Answer",
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
                            "registration",
                            TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="answers", to="registrations.registration"),
                        ),
                        ("event", TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="+", to="events.event")),
                        ("name", models.CharField(max_length=50)),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("text", "text"),
                                    ("long_text", "long text"),
                                    ("number", "number"),
                                    ("date", "date"),
                                    ("choice", "one choice"),
                                    ("choices", "several choices"),
                                    ("yes_no", "yes or no"),
                                    ("email", "e-mail"),
                                    ("phone", "phone"),
                                    ("file", "file"),
                                    ("country", "country"),
                                    ("consent", "consent"),
                                    ("pesel", "PESEL number"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("text", models.TextField()),
                        ("sort", models.TextField(db_collation="C")),
                        ("number", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("day", models.DateField(null=True)),
                    ],
                    options={
                        "verbose_name": "answer",
                        "verbose_name_plural": "answers",
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("event"),
                                models.F("name"),
                                models.F("sort"),
                                models.F("registration"),
                                name="answers_of_an_event",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("registration"), models.F("name"), name="answer_is_one_per_question"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Bulk",
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
                            "act",
                            models.CharField(
                                choices=[
                                    ("confirm", "confirm payments"),
                                    ("complete", "complete without payment"),
                                    ("cancel", "cancel"),
                                    ("mail", "send a mail"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("facts", models.JSONField(default=dict)),
                        ("event", TenantForeignKey(null=True, on_delete=models.DB_CASCADE, related_name="+", to="events.event")),
                        ("created_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "bulk action",
                        "verbose_name_plural": "bulk actions",
                        "indexes": [
                            models.Index(models.F("organisation"), models.OrderBy(models.F("created_at"), descending=True), name="bulks_newest_first")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulkItem",
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
                        ("bulk", TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="items", to="registrations.bulk")),
                        ("registration", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="+", to="registrations.registration")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[("waiting", "to do"), ("done", "done"), ("nothing", "nothing to do"), ("refused", "refused")],
                                default="waiting",
                                max_length=8,
                            ),
                        ),
                        ("said", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "verbose_name": "part of a bulk action",
                        "verbose_name_plural": "parts of a bulk action",
                        "indexes": [
                            models.Index(
                                models.F("organisation"), models.F("bulk"), models.F("outcome"), models.F("id"), name="bulk_items_by_outcome"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("bulk"), models.F("registration"), name="bulk_item_is_one_each"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Listed",
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
                            "registration",
                            TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="listed", to="registrations.registration"),
                        ),
                        ("event", TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="+", to="events.event")),
                        ("attraction", TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="+", to="events.attraction")),
                        ("ticket_type", TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="+", to="events.tickettype")),
                        ("state", models.CharField(max_length=10)),
                        ("profession", models.CharField(max_length=20)),
                        ("name", models.TextField(db_collation="C")),
                        ("email", models.TextField(db_collation="C")),
                        ("number", models.TextField(db_collation="C")),
                        ("created_at", models.DateTimeField()),
                        ("completed_at", models.DateTimeField(null=True)),
                        ("cancelled_at", models.DateTimeField(null=True)),
                        ("issued_at", models.DateTimeField(null=True)),
                        ("admitted_at", models.DateTimeField(null=True)),
                        ("admitted_where", models.CharField(blank=True, max_length=100)),
                        ("said", models.JSONField(default=dict)),
                        ("price", models.DecimalField(decimal_places=2, max_digits=10)),
                        ("order_state", models.CharField(max_length=10)),
                        ("buyer", models.TextField(db_collation="C")),
                        ("buyer_email", models.TextField(db_collation="C")),
                        ("payment", models.CharField(max_length=10, null=True)),
                        ("method", models.CharField(max_length=30, null=True)),
                        ("updated_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("event"),
                                models.OrderBy(models.F("created_at"), descending=True),
                                name="listed_newest_first",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("registration"), name="listed_is_one_per_registration")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
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
                        ("owner", models.ForeignKey(on_delete=models.DB_CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("event", TenantForeignKey(null=True, on_delete=models.DB_CASCADE, related_name="+", to="events.event")),
                        ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                        ("is_shared", models.BooleanField(default=False, verbose_name="for all staff")),
                        ("query", models.JSONField(default=dict)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organisation", "owner", "event", "name"),
                                name="saved_view_name_is_unique",
                                nulls_distinct=False,
                                violation_error_message="You already have a view with this name.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Searchable",
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
                            "registration",
                            TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="searchable", to="registrations.registration"),
                        ),
                        ("event", TenantForeignKey(db_index=False, on_delete=models.DB_CASCADE, related_name="+", to="events.event")),
                        ("name", models.TextField(db_collation="C")),
                        ("email", models.TextField(db_collation="C")),
                        ("number", models.TextField(db_collation="C")),
                        ("who", models.TextField()),
                        ("text", models.TextField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organisation", "name", "registration"], include=("event",), name="searchable_names"),
                            models.Index(fields=["organisation", "email", "registration"], include=("event",), name="searchable_emails"),
                            models.Index(fields=["organisation", "number", "registration"], include=("event",), name="searchable_numbers"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("registration"), name="searchable_is_one_per_registration")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SessionBooking",
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
                            "registration",
                            TenantForeignKey(on_delete=models.DB_CASCADE, related_name="session_bookings", to="registrations.registration"),
                        ),
                        ("session", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="bookings", to="events.session")),
                        ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(editable=False)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "verbose_name": "session booking",
                        "verbose_name_plural": "session bookings",
                        "indexes": [models.Index(models.F("organisation"), models.F("session"), name="bookings_of_a_session")],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[("organisation", "="), ("registration", "="), ("during", "&&")], name="nobody_is_in_two_sessions_at_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Ticket",
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
                        ("registration", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="tickets", to="registrations.registration")),
                        ("holder_number", models.BigIntegerField()),
                        ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("admitted_at", models.DateTimeField(null=True)),
                        ("admitted_where", models.CharField(blank=True, max_length=100)),
                    ],
                    options={
                        "verbose_name": "ticket",
                        "verbose_name_plural": "tickets",
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("registration"), name="ticket_is_one_per_registration")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Verdict",
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
                        ("registration", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="verdicts", to="registrations.registration")),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("eligible", "eligible"),
                                    ("refused", "not eligible"),
                                    ("waiting", "member register is being asked"),
                                    ("waived", "admitted despite the rules"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("reasons", models.JSONField(default=list)),
                        ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        "verbose_name": "eligibility check",
                        "verbose_name_plural": "eligibility checks",
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("decided_at"),
                                condition=models.Q(("outcome", "waiting")),
                                name="verdicts_to_wait_for",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("registration"), name="verdict_is_one_per_registration"),
                            models.CheckConstraint(
                                condition=models.Q(("outcome__in", ["eligible", "refused", "waiting", "waived"])), name="verdict_outcome_is_known"
                            ),
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Registration", platform="SELECT"),
        TenantTable("Answer"),
        TenantTable("Bulk"),
        TenantTable("BulkItem"),
        TenantTable("Listed"),
        TenantTable("SavedView"),
        TenantTable("Searchable"),
        TenantTable("SessionBooking"),
        TenantTable("Ticket"),
        TenantTable("Verdict", platform="SELECT"),
        migrations.RunSQL(
            "CREATE INDEX searchable_words ON registrations_searchable USING gin (organisation_id, who gin_trgm_ops, text gin_trgm_ops)",
            "DROP INDEX searchable_words",
        ),
        # Rows are read by the thousand: they stay in one piece, and what changes stays on its page without touching an
        # index.
        migrations.RunSQL("ALTER TABLE registrations_listed SET (fillfactor = 85, toast_tuple_target = 8160)", migrations.RunSQL.noop),
    ]
