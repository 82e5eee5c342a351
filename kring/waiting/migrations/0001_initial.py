import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.core.codes
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
        ("mail", "0001_initial"),
        ("organisations", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Entry",
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
                        ("event", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="waiting_entries", to="events.event")),
                        ("user", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                        ("asked_by", models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="requested by")),
                        ("who", models.CharField(blank=True, default="", max_length=200)),
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
                        ("answers", models.JSONField(default=dict)),
                        ("language", models.CharField(choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")], default="en", max_length=5)),
                        ("time_zone", models.CharField(blank=True, default="", max_length=50)),
                        ("party", models.PositiveSmallIntegerField(default=1, verbose_name="places")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "waiting"),
                                    ("invited", "invited"),
                                    ("converted", "registered"),
                                    ("expired", "expired"),
                                    ("declined", "declined"),
                                    ("withdrawn", "withdrawn"),
                                ],
                                default="waiting",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=300)),
                        ("priority", models.PositiveSmallIntegerField(choices=[(0, "first"), (1, "ordinary")], default=1)),
                        (
                            "turn",
                            models.DecimalField(
                                db_default=django.db.models.functions.comparison.Cast(
                                    django.db.models.functions.datetime.Extract(
                                        models.Func(function="clock_timestamp", output_field=models.DateTimeField()), "epoch"
                                    ),
                                    models.DecimalField(decimal_places=15, max_digits=30),
                                ),
                                decimal_places=15,
                                editable=False,
                                max_digits=30,
                            ),
                        ),
                        ("overtaken", models.PositiveSmallIntegerField(default=0)),
                        ("prices", models.JSONField(default=dict)),
                        ("secret", models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                        (
                            "joined_at",
                            models.DateTimeField(
                                db_default=models.Func(function="clock_timestamp", output_field=models.DateTimeField()),
                                editable=False,
                                verbose_name="joined",
                            ),
                        ),
                        ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("instead_of", TenantForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to="billing.order")),
                        ("paid_order", TenantForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to="billing.order")),
                    ],
                    options={
                        "verbose_name": "entry of a waiting list",
                        "verbose_name_plural": "entries of waiting lists",
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("event"),
                                models.F("priority"),
                                models.F("turn"),
                                models.F("id"),
                                condition=models.Q(("state", "waiting")),
                                name="waiting_entries_in_order",
                            ),
                            models.Index(
                                models.F("organisation"),
                                models.F("event"),
                                models.OrderBy(models.F("joined_at"), descending=True),
                                name="waiting_entries_of_an_event",
                            ),
                            models.Index(
                                models.F("organisation"),
                                models.F("user"),
                                condition=models.Q(("user__isnull", False)),
                                name="waiting_entries_of_a_person",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("secret"), name="waiting_entry_secret_is_unique"),
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("event"),
                                models.F("email"),
                                models.F("who"),
                                condition=models.Q(("state__in", ["waiting", "invited"])),
                                name="nobody_waits_twice",
                            ),
                            models.CheckConstraint(condition=models.Q(("party__range", (1, 20))), name="waiting_entry_is_for_somebody"),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["waiting", "invited", "converted", "expired", "declined", "withdrawn"])),
                                name="waiting_entry_state_is_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
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
                        ("entry", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="invitations", to="waiting.entry")),
                        ("attraction", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="invitations", to="events.attraction")),
                        ("places", models.PositiveSmallIntegerField()),
                        ("hold", TenantForeignKey(null=True, on_delete=models.DO_NOTHING, related_name="invitations", to="places.hold")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "open"),
                                    ("converted", "registered"),
                                    ("expired", "expired"),
                                    ("declined", "declined"),
                                    ("withdrawn", "withdrawn"),
                                    ("unsent", "not sent"),
                                ],
                                default="open",
                                max_length=9,
                                verbose_name="state",
                            ),
                        ),
                        ("secret", models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="invited")),
                        ("expires_at", models.DateTimeField(verbose_name="deadline")),
                        ("remind_at", models.DateTimeField(null=True)),
                        ("reminded_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("order", TenantForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="invitations", to="billing.order")),
                        ("message", TenantForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to="mail.message")),
                        ("invited_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "verbose_name": "invitation",
                        "verbose_name_plural": "invitations",
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("expires_at"),
                                condition=models.Q(("state", "open")),
                                name="invitations_that_expire",
                            ),
                            models.Index(
                                models.F("organisation"), models.F("hold"), condition=models.Q(("hold__isnull", False)), name="invitation_of_a_hold"
                            ),
                            models.Index(
                                models.F("organisation"),
                                models.F("remind_at"),
                                condition=models.Q(("remind_at__isnull", False), ("reminded_at", None), ("state", "open")),
                                name="invitations_to_remind_of",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("secret"), name="invitation_secret_is_unique"),
                            models.UniqueConstraint(models.F("organisation"), models.F("order"), name="order_is_of_one_invitation"),
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("entry"),
                                condition=models.Q(("state", "open")),
                                name="entry_has_one_open_invitation",
                            ),
                            models.CheckConstraint(condition=models.Q(("places__gt", 0)), name="invitation_is_for_somebody"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("state", "open")),
                                    models.Q(models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="invitation_over_exactly_when_dated",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Step",
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
                        ("entry", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="steps", to="waiting.entry")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("joined", "joined"),
                                    ("invited", "invited"),
                                    ("reminded", "reminded"),
                                    ("ordered", "began to register"),
                                    ("returned", "registration not completed, invitation open again"),
                                    ("converted", "registered"),
                                    ("expired", "expired"),
                                    ("declined", "declined"),
                                    ("withdrawn", "left the list"),
                                    ("removed", "removed by the organiser"),
                                    ("unsent", "invitation could not be sent, place in the queue kept"),
                                    ("moved", "moved by the organiser"),
                                    ("overtaken", "a smaller group went first"),
                                    ("ended", "the waiting list ended"),
                                ],
                                max_length=10,
                                verbose_name="what",
                            ),
                        ),
                        ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                        ("by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "step",
                        "verbose_name_plural": "steps",
                        "ordering": ["pk"],
                        "indexes": [models.Index(models.F("organisation"), models.F("entry"), name="steps_of_an_entry")],
                    },
                ),
                migrations.CreateModel(
                    name="Wish",
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
                        ("entry", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="wishes", to="waiting.entry")),
                        ("attraction", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="wishes", to="events.attraction")),
                        ("rank", models.PositiveSmallIntegerField(default=1)),
                    ],
                    options={
                        "ordering": ["rank"],
                        "indexes": [
                            models.Index(models.F("organisation"), models.F("attraction"), models.F("entry"), name="wishes_for_an_attraction")
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("entry"), models.F("attraction"), name="nobody_wishes_twice"),
                            models.UniqueConstraint(models.F("organisation"), models.F("entry"), models.F("rank"), name="wishes_have_an_order"),
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Entry"),
        TenantTable("Invitation", platform="SELECT"),
        TenantTable("Step"),
        TenantTable("Wish"),
    ]
