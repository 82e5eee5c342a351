from decimal import Decimal

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.core.codes
import kring.core.secrets
from kring.core.create_models import CreateModels
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0001_initial"),
        ("core", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Payment",
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
                        ("order", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="payments", to="billing.order")),
                        ("method", models.CharField(max_length=30, verbose_name="method")),
                        ("account", models.CharField(blank=True, max_length=60)),
                        ("settings", kring.core.secrets.EncryptedJSONField(default=dict)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("created", "started"),
                                    ("pending", "in progress"),
                                    ("paid", "received"),
                                    ("failed", "failed"),
                                    ("cancelled", "cancelled"),
                                ],
                                default="created",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="amount")),
                        (
                            "refunded",
                            models.DecimalField(decimal_places=2, default=Decimal("0"), editable=False, max_digits=10, verbose_name="refunded"),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("reference", models.CharField(max_length=35, verbose_name="reference")),
                        ("provider_id", models.CharField(blank=True, max_length=120)),
                        ("provider_data", models.JSONField(default=dict)),
                        ("failure_reason", models.CharField(blank=True, max_length=300)),
                        ("polls", models.PositiveIntegerField(default=0)),
                        ("polled_at", models.DateTimeField(null=True)),
                        ("poll_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("received_where", models.CharField(blank=True, db_default="", default="", max_length=100)),
                        (
                            "bank_reference",
                            models.CharField(blank=True, db_default="", default="", max_length=140, verbose_name="reference at the bank"),
                        ),
                        ("confirmed_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "verbose_name": "payment",
                        "verbose_name_plural": "payments",
                        "indexes": [
                            models.Index(models.F("organisation"), models.F("order"), name="payments_of_an_order"),
                            models.Index(
                                models.F("organisation"), models.OrderBy(models.F("created_at"), descending=True), name="payment_newest_first"
                            ),
                            models.Index(
                                models.F("organisation"),
                                models.F("account"),
                                models.OrderBy(models.F("created_at"), descending=True),
                                name="payments_of_an_account",
                            ),
                            models.Index(models.F("poll_at"), condition=models.Q(("poll_at__isnull", False)), name="payment_to_poll"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("reference"), name="payment_reference_is_unique"),
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("method"),
                                models.F("provider_id"),
                                condition=models.Q(("provider_id", ""), _negated=True),
                                name="payment_provider_id_is_unique",
                            ),
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("order"),
                                models.F("method"),
                                condition=models.Q(("state__in", ["created", "pending"])),
                                name="payment_has_one_open_attempt_per_method",
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="payment_amount_is_not_negative"),
                            models.CheckConstraint(
                                condition=models.Q(("refunded__gte", 0), ("refunded__lte", models.F("amount"))),
                                name="payment_gives_back_no_more_than_came",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state", "paid"), ("refunded", Decimal("0")), _connector="OR"),
                                name="payment_gives_back_only_what_came",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("settled_at__isnull", False), ("state", "paid")),
                                    models.Q(models.Q(("state", "paid"), _negated=True), ("settled_at", None)),
                                    _connector="OR",
                                ),
                                name="payment_is_settled_exactly_when_dated",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Notification",
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
                        ("method", models.CharField(max_length=30)),
                        ("account", models.CharField(blank=True, max_length=60)),
                        ("event_id", models.CharField(max_length=200)),
                        ("body", models.JSONField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("stored", "to be processed"),
                                    ("applied", "processed"),
                                    ("ignored", "nothing to do"),
                                    ("refused", "refused"),
                                ],
                                default="stored",
                                max_length=10,
                            ),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=300)),
                        ("payment", TenantForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="notifications", to="payments.payment")),
                        ("received_at", models.DateTimeField(auto_now_add=True)),
                        ("applied_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "notification",
                        "verbose_name_plural": "notifications",
                        "indexes": [
                            models.Index(
                                models.F("organisation"), models.OrderBy(models.F("received_at"), descending=True), name="notification_newest_first"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"),
                                models.F("method"),
                                models.F("account"),
                                models.F("event_id"),
                                name="notification_is_stored_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refund",
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
                        ("payment", TenantForeignKey(on_delete=models.DO_NOTHING, related_name="refunds", to="payments.payment")),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="amount")),
                        ("reason", models.CharField(max_length=300, verbose_name="reason")),
                        (
                            "how",
                            models.CharField(
                                choices=[("same", "in the way it was paid"), ("transfer", "by bank transfer"), ("cash", "in cash")],
                                db_default="same",
                                default="same",
                                max_length=10,
                            ),
                        ),
                        ("given_on", models.DateField(default=django.utils.timezone.localdate, null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("created_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "indexes": [models.Index(models.F("organisation"), models.F("payment"), name="refunds_of_a_payment")],
                        "constraints": [models.CheckConstraint(condition=models.Q(("amount__gt", Decimal("0"))), name="refund_is_above_zero")],
                    },
                ),
                migrations.CreateModel(
                    name="TestpayCharge",
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
                        ("public_id", models.CharField(default=kring.core.codes.secret, editable=False, max_length=40)),
                        ("key", kring.core.secrets.EncryptedJSONField()),
                        ("reference", models.CharField(max_length=35)),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                        ("currency", models.CharField(max_length=3)),
                        ("description", models.CharField(blank=True, max_length=200)),
                        ("return_url", models.URLField(max_length=500)),
                        ("notify_url", models.URLField(max_length=500)),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("pending", "Pending"), ("paid", "Paid"), ("failed", "Failed")],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("paid_amount", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=10)),
                        ("failure", models.CharField(blank=True, max_length=100)),
                        ("arrives_at", models.DateTimeField(null=True)),
                        ("events", models.PositiveIntegerField(default=0)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "db_table": "payments_testpaycharge",
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("public_id"), name="testpay_charge_has_its_own_id"),
                            models.UniqueConstraint(models.F("organisation"), models.F("reference"), name="testpay_charge_is_made_once"),
                            models.CheckConstraint(
                                condition=models.Q(models.Q(("state", "paid"), _negated=True), ("paid_amount__gt", 0), _connector="OR"),
                                name="testpay_charge_is_paid_with_something",
                            ),
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Payment", platform="SELECT"),
        TenantTable("Notification", platform="SELECT"),
        TenantTable("Refund"),
        TenantTable("TestpayCharge"),
    ]
