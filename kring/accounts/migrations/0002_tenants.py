import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.accounts.scopes
from kring.core.create_models import CreateModels
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
                    name="ApiToken",
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
                        ("name", models.CharField(max_length=100, verbose_name="name")),
                        ("digest", models.CharField(editable=False, max_length=64)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(choices=kring.accounts.scopes.choices, max_length=20), verbose_name="rights"
                            ),
                        ),
                        ("created_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("last_used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "verbose_name": "API token",
                        "verbose_name_plural": "API tokens",
                        "constraints": [models.UniqueConstraint(models.F("organisation"), models.F("digest"), name="api_token_is_unique")],
                    },
                ),
                migrations.CreateModel(
                    name="Profile",
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
                            "user",
                            models.ForeignKey(on_delete=models.DB_CASCADE, related_name="profiles", to=settings.AUTH_USER_MODEL, verbose_name="user"),
                        ),
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
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "profile",
                        "verbose_name_plural": "profiles",
                        "constraints": [models.UniqueConstraint(models.F("organisation"), models.F("user"), name="profile_is_one_per_user")],
                    },
                ),
                migrations.CreateModel(
                    name="Role",
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
                            "user",
                            models.ForeignKey(on_delete=models.DB_CASCADE, related_name="roles", to=settings.AUTH_USER_MODEL, verbose_name="user"),
                        ),
                        (
                            "name",
                            models.CharField(
                                choices=[
                                    ("org_admin", "administrator"),
                                    ("treasurer", "treasurer"),
                                    ("organiser", "organiser"),
                                    ("box_office", "box office"),
                                    ("door", "door"),
                                    ("monitor", "monitor"),
                                    ("member", "member"),
                                ],
                                max_length=12,
                                verbose_name="role",
                            ),
                        ),
                        ("called", models.CharField(blank=True, db_default="", default="", editable=False, max_length=200)),
                        ("blocked_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "verbose_name": "role",
                        "verbose_name_plural": "roles",
                        "db_table": "role_user",
                        "constraints": [
                            models.UniqueConstraint(models.F("organisation"), models.F("user"), models.F("name"), name="role_is_held_once")
                        ],
                    },
                ),
            ],
        ),
        TenantTable("ApiToken"),
        TenantTable("Profile", platform="SELECT"),
        TenantTable("Role", platform="SELECT"),
    ]
