import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import kring.core.secrets
import kring.organisations.models
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "subdomain",
                    models.CharField(
                        max_length=63,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
                                "Use lower-case letters, digits and hyphens, at most 63.",
                            ),
                            kring.organisations.models.not_reserved,
                        ],
                        verbose_name="subdomain",
                    ),
                ),
                ("type", models.CharField(blank=True, max_length=100, verbose_name="type")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                (
                    "country",
                    models.CharField(
                        default="NL", help_text="Two letters, such as NL or PL.", max_length=2, verbose_name="country"
                    ),
                ),
                ("contact_email", models.EmailField(max_length=254, verbose_name="contact e-mail")),
                (
                    "status",
                    models.CharField(
                        choices=[("new", "new"), ("active", "active"), ("blocked", "blocked")],
                        default="new",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("billing_status", models.CharField(default="ok", max_length=20)),
                ("billing_note", models.TextField(blank=True)),
                ("logo", models.ImageField(blank=True, upload_to="logos/", verbose_name="logo")),
                (
                    "primary_colour",
                    models.CharField(
                        default="#0B6FA8",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator("^#[0-9A-Fa-f]{6}$", "Write a colour as #0B6FA8.")
                        ],
                        verbose_name="main colour",
                    ),
                ),
                (
                    "accent_colour",
                    models.CharField(
                        default="#F7941D",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator("^#[0-9A-Fa-f]{6}$", "Write a colour as #0B6FA8.")
                        ],
                        verbose_name="accent colour",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")],
                        default="en",
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Amsterdam",
                        max_length=50,
                        validators=[kring.organisations.models.known_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                ("currency", models.CharField(default="EUR", max_length=3, verbose_name="currency")),
                ("bank_account", models.CharField(blank=True, max_length=34, verbose_name="bank account")),
                ("vat_number", models.CharField(blank=True, max_length=20, verbose_name="VAT number")),
                ("invoice_prefix", models.CharField(blank=True, max_length=10, verbose_name="invoice prefix")),
                ("mail_from", models.CharField(blank=True, max_length=200, verbose_name="sender's name in mails")),
                ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="answers go to")),
                ("guests_may_order", models.BooleanField(default=True, verbose_name="ordering without an account")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("subdomain"),
                        name="organisation_subdomain_is_taken_once",
                        violation_error_message="This address is already in use.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["new", "active", "blocked"])),
                        name="organisation_status_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("actor_label", models.CharField(max_length=254)),
                ("action", models.CharField(max_length=60)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=60)),
                ("subject_label", models.CharField(max_length=300)),
                ("old", models.JSONField(null=True)),
                ("new", models.JSONField(null=True)),
                ("ip", models.GenericIPAddressField(null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DB_SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
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
                "verbose_name": "log entry",
                "verbose_name_plural": "log entries",
                "indexes": [
                    models.Index(
                        models.F("organisation"),
                        models.OrderBy(models.F("at"), descending=True),
                        name="audit_newest_first",
                    ),
                    models.Index(
                        models.F("organisation"),
                        models.F("subject_type"),
                        models.F("subject_id"),
                        name="audit_of_one_subject",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("private", kring.core.secrets.EncryptedJSONField()),
                ("public", models.CharField(max_length=64)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("organisation"), name="signing_key_is_one_per_organisation")
                ],
            },
        ),
        TenantTable("AuditEntry"),
        TenantTable("SigningKey"),
    ]
