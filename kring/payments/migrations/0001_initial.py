import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import kring.core.secrets
import kring.core.tenancy
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        ("billing", "0001_initial"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("method", models.CharField(max_length=30, verbose_name="method")),
                ("settings", kring.core.secrets.EncryptedJSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("created", "begun"),
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
                ("currency", models.CharField(max_length=3)),
                ("reference", models.CharField(max_length=35, verbose_name="reference")),
                ("provider_id", models.CharField(blank=True, max_length=120)),
                ("provider_data", models.JSONField(default=dict)),
                ("failure_reason", models.CharField(blank=True, max_length=300)),
                ("polls", models.PositiveIntegerField(default=0)),
                ("polled_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="payments", to="billing.order"
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
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("method", models.CharField(max_length=30)),
                ("account", models.CharField(blank=True, max_length=60)),
                ("event_id", models.CharField(max_length=200)),
                ("body", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("stored", "to be handled"),
                            ("applied", "handled"),
                            ("ignored", "nothing to do"),
                            ("refused", "refused"),
                        ],
                        default="stored",
                        max_length=10,
                    ),
                ),
                ("outcome", models.CharField(blank=True, max_length=300)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("applied_at", models.DateTimeField(null=True)),
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
                    "payment",
                    kring.core.tenancy.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="notifications",
                        to="payments.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="amount")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
                    "payment",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="refunds", to="payments.payment"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(models.F("organisation"), models.F("order"), name="payments_of_an_order"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                models.F("organisation"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="payment_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                models.F("organisation"),
                models.F("polled_at"),
                condition=models.Q(("state", "pending")),
                name="payment_to_poll",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("reference"), name="payment_reference_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("method"),
                models.F("provider_id"),
                condition=models.Q(("provider_id", ""), _negated=True),
                name="payment_provider_id_is_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="payment_amount_is_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", False), ("state", "paid")),
                    models.Q(models.Q(("state", "paid"), _negated=True), ("settled_at", None)),
                    _connector="OR",
                ),
                name="payment_is_settled_exactly_when_dated",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                models.F("organisation"),
                models.OrderBy(models.F("received_at"), descending=True),
                name="notification_newest_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                models.F("method"),
                models.F("account"),
                models.F("event_id"),
                name="notification_is_stored_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", Decimal("0"))), name="refund_is_above_zero"
            ),
        ),
        TenantTable("Payment", platform="SELECT"),
        TenantTable("Notification", platform="SELECT"),
        TenantTable("Refund"),
    ]
