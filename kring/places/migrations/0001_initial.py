from django.db import migrations, models
from django.db.models.expressions import RawSQL

from kring.core.create_models import CreateModels
from kring.core.tenancy import TenantForeignKey
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Hold",
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
                        ("expires_at", models.DateTimeField(null=True)),
                        ("released_at", models.DateTimeField(null=True)),
                        ("from_queue", models.BooleanField(db_default=False, default=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("exchanged_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                models.F("organisation"),
                                models.F("expires_at"),
                                condition=models.Q(("expires_at__isnull", False), ("released_at", None)),
                                name="hold_that_may_expire",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pool",
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
                        ("capacity", models.PositiveIntegerField(blank=True, null=True, verbose_name="places")),
                        ("taken", models.PositiveIntegerField(default=0, editable=False)),
                        ("updated_at", models.DateTimeField(editable=False, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("capacity", None), ("taken__lte", models.F("capacity")), _connector="OR"),
                                name="pool_never_gives_more_than_it_has",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Claim",
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
                        ("hold", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="claims", to="places.hold")),
                        ("pool", TenantForeignKey(on_delete=models.DB_CASCADE, related_name="claims", to="places.pool")),
                        ("quantity", models.PositiveIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(models.F("organisation"), models.F("pool"), name="claims_of_a_pool")],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("hold"), models.F("pool"), name="claim_is_one_per_hold_and_pool"
                            ),
                            models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="claim_is_for_something"),
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Hold", platform="SELECT"),
        TenantTable("Pool", platform="SELECT"),
        TenantTable("Claim"),
    ]
