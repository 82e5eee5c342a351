from decimal import Decimal

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.billing.models
import kring.core.codes
from kring.core.create_models import CreateModels
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Order",
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
                        ("number", models.CharField(default=kring.billing.models.new_number, editable=False, max_length=12, verbose_name="number")),
                        ("secret", models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "being filled in"),
                                    ("awaiting", "awaiting payment"),
                                    ("paid", "completed"),
                                    ("expired", "expired"),
                                    ("cancelled", "cancelled"),
                                    ("undecided", "paid, to be decided"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "buyer",
                            models.ForeignKey(
                                null=True, on_delete=models.DB_SET_NULL, related_name="orders", to=settings.AUTH_USER_MODEL, verbose_name="buyer"
                            ),
                        ),
                        ("buyer_name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                        ("buyer_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("language", models.CharField(choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")], default="en", max_length=5)),
                        ("link_renewed_at", models.DateTimeField(editable=False, null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("total", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=10, verbose_name="total")),
                        (
                            "retained",
                            models.DecimalField(db_default=Decimal("0"), decimal_places=2, default=Decimal("0"), editable=False, max_digits=10),
                        ),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ordered")),
                        ("paid_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("updated_at", models.DateTimeField(editable=False, null=True)),
                        ("terms_version", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        ("terms_accepted_at", models.DateTimeField(editable=False, null=True)),
                        ("confirmed_email", models.EmailField(blank=True, db_default="", default="", editable=False, max_length=254)),
                        ("method_to_confirm", models.CharField(blank=True, db_default="", default="", editable=False, max_length=30)),
                        ("counted_address", models.CharField(blank=True, db_default="", default="", editable=False, max_length=32)),
                        ("counted_network", models.CharField(blank=True, db_default="", default="", editable=False, max_length=32)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "verbose_name": "order",
                        "verbose_name_plural": "orders",
                        "indexes": [
                            models.Index(
                                models.F("organisation"), models.OrderBy(models.F("created_at"), descending=True), name="order_newest_first"
                            ),
                            models.Index(models.F("organisation"), models.F("buyer"), name="orders_of_a_person"),
                            models.Index(
                                models.F("organisation"),
                                models.F("counted_address"),
                                condition=models.Q(("counted_address", ""), _negated=True),
                                name="orders_by_address",
                            ),
                            models.Index(
                                models.F("organisation"),
                                models.F("counted_network"),
                                condition=models.Q(("counted_network", ""), _negated=True),
                                name="orders_by_network",
                            ),
                            models.Index(
                                models.F("organisation"),
                                models.F("expires_at"),
                                condition=models.Q(("state__in", ["open", "awaiting"])),
                                name="order_that_may_expire",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("number"), name="order_number_is_unique"),
                            models.UniqueConstraint(models.F("organisation"), models.F("secret"), name="order_secret_is_unique"),
                            models.CheckConstraint(condition=models.Q(("total__gte", 0)), name="order_total_is_not_negative"),
                            models.CheckConstraint(condition=models.Q(("retained__gte", 0)), name="order_retains_not_less_than_nothing"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("paid_at__isnull", False), ("state__in", ["paid", "undecided"])),
                                    models.Q(("state__in", ["paid", "undecided"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="order_is_paid_exactly_when_dated",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderLine",
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
                        ("order", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="lines", to="billing.order")),
                        ("position", models.PositiveSmallIntegerField()),
                        ("kind", models.CharField(max_length=30)),
                        ("description", models.CharField(max_length=300)),
                        ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                        ("vat_rate", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=4)),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("cancelled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("order"), models.F("position"), name="order_line_has_its_position"
                            ),
                            models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="order_line_is_not_negative"),
                            models.CheckConstraint(condition=models.Q(("vat_rate__gte", 0), ("vat_rate__lt", 100)), name="order_line_vat_is_a_rate"),
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Order", platform="SELECT"),
        TenantTable("OrderLine"),
    ]
