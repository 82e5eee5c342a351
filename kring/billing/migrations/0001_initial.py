from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import kring.billing.models
import kring.core.codes
import kring.core.tenancy
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        default=kring.billing.models.new_number,
                        editable=False,
                        max_length=12,
                        verbose_name="number",
                    ),
                ),
                ("secret", models.CharField(default=kring.core.codes.secret, editable=False, max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "being filled in"),
                            ("awaiting", "waiting for payment"),
                            ("paid", "completed"),
                            ("expired", "expired"),
                            ("cancelled", "cancelled"),
                            ("undecided", "paid too late: to be decided"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("buyer_name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("buyer_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")], default="en", max_length=5
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                (
                    "total",
                    models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=10, verbose_name="total"),
                ),
                ("expires_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ordered")),
                ("paid_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "buyer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="orders",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="buyer",
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
                "verbose_name": "order",
                "verbose_name_plural": "orders",
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(max_length=30)),
                ("description", models.CharField(max_length=300)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("vat_rate", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=4)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("cancelled_at", models.DateTimeField(null=True)),
                (
                    "order",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE, related_name="lines", to="billing.order"
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
                "ordering": ["position"],
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("organisation"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="order_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(models.F("organisation"), models.F("buyer"), name="orders_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                models.F("organisation"),
                models.F("expires_at"),
                condition=models.Q(("state__in", ["open", "awaiting"])),
                name="order_that_may_expire",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("number"), name="order_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("secret"), name="order_secret_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 0)), name="order_total_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_at__isnull", False), ("state__in", ["paid", "undecided"])),
                    models.Q(("state__in", ["paid", "undecided"]), _negated=True),
                    _connector="OR",
                ),
                name="order_is_paid_exactly_when_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("order"), models.F("position"), name="order_line_has_its_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="order_line_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("vat_rate__gte", 0), ("vat_rate__lt", 100)), name="order_line_vat_is_a_rate"
            ),
        ),
        TenantTable("Order", platform="SELECT"),
        TenantTable("OrderLine"),
    ]
