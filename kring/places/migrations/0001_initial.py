import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import kring.core.tenancy
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("expires_at", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("capacity", models.PositiveIntegerField(blank=True, null=True, verbose_name="places")),
                ("taken", models.PositiveIntegerField(default=0, editable=False)),
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
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.PositiveIntegerField()),
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
                    "hold",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE, related_name="claims", to="places.hold"
                    ),
                ),
                (
                    "pool",
                    kring.core.tenancy.TenantForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE, related_name="claims", to="places.pool"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="hold",
            index=models.Index(
                models.F("organisation"),
                models.F("expires_at"),
                condition=models.Q(("expires_at__isnull", False), ("released_at", None)),
                name="hold_that_may_expire",
            ),
        ),
        migrations.AddConstraint(
            model_name="pool",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity", None), ("taken__lte", models.F("capacity")), _connector="OR"),
                name="pool_never_gives_more_than_it_has",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(models.F("organisation"), models.F("pool"), name="claims_of_a_pool"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("hold"), models.F("pool"), name="claim_is_one_per_hold_and_pool"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="claim_is_for_something"),
        ),
        TenantTable("Hold", platform="SELECT"),
        TenantTable("Pool"),
        TenantTable("Claim"),
    ]
