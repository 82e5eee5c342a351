import django.contrib.postgres.fields
import django.core.validators
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

import kring.core.secrets
import kring.organisations.models
from kring.core.create_models import CreateModels
from kring.core.database_url import APP_ROLE, PLATFORM_ROLE
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        CreateModels(
            [
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
                                        "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", "Use lower-case letters, digits and hyphens, at most 63."
                                    ),
                                    kring.organisations.models.not_reserved,
                                ],
                                verbose_name="subdomain",
                            ),
                        ),
                        ("type", models.CharField(blank=True, max_length=100, verbose_name="type")),
                        ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                        ("country", models.CharField(default="NL", help_text="Two letters, such as NL or PL.", max_length=2, verbose_name="country")),
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
                                validators=[django.core.validators.RegexValidator("^#[0-9A-Fa-f]{6}$", "Write a colour as #0B6FA8.")],
                                verbose_name="main colour",
                            ),
                        ),
                        (
                            "accent_colour",
                            models.CharField(
                                default="#F7941D",
                                max_length=7,
                                validators=[django.core.validators.RegexValidator("^#[0-9A-Fa-f]{6}$", "Write a colour as #0B6FA8.")],
                                verbose_name="accent colour",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")], default="en", max_length=5, verbose_name="language"
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
                        ("reply_to", models.EmailField(blank=True, max_length=254, verbose_name="replies go to")),
                        ("guests_may_order", models.BooleanField(default=True, verbose_name="ordering without an account")),
                        (
                            "held_places_per_address",
                            models.PositiveSmallIntegerField(
                                db_default=40,
                                default=40,
                                validators=[django.core.validators.MaxValueValidator(10000)],
                                verbose_name="unpaid places per e-mail address",
                            ),
                        ),
                        (
                            "held_places_per_network",
                            models.PositiveSmallIntegerField(
                                db_default=100,
                                default=100,
                                validators=[django.core.validators.MaxValueValidator(10000)],
                                verbose_name="unpaid places per internet connection",
                            ),
                        ),
                        (
                            "scarce_places_need_confirmation",
                            models.BooleanField(
                                db_default=True, default=True, verbose_name="confirmed address for slow payment when places are scarce"
                            ),
                        ),
                        (
                            "event_makers",
                            models.CharField(
                                choices=[("everybody", "everybody with an account here"), ("organisers", "organisers only")],
                                default="everybody",
                                max_length=10,
                                verbose_name="who may create events",
                            ),
                        ),
                        ("events_need_approval", models.BooleanField(default=True, verbose_name="events need approval")),
                        (
                            "events_locked_once_accepted",
                            models.BooleanField(db_default=False, default=False, verbose_name="accepted events cannot be changed"),
                        ),
                        (
                            "free_cancellation_days",
                            models.PositiveSmallIntegerField(
                                db_default=14,
                                default=14,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="days to cancel free of charge",
                            ),
                        ),
                        (
                            "certificates_wait",
                            models.BooleanField(db_default=False, default=False, verbose_name="certificates after the end of the event"),
                        ),
                        ("terms_version", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        ("privacy_version", models.PositiveIntegerField(db_default=0, default=0, editable=False)),
                        (
                            "reworded_mails",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=70), db_default=[], default=list, editable=False
                            ),
                        ),
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
                                condition=models.Q(("status__in", ["new", "active", "blocked"])), name="organisation_status_is_known"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEntry",
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
                        ("at", models.DateTimeField(auto_now_add=True)),
                        (
                            "actor",
                            models.ForeignKey(
                                null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="who"
                            ),
                        ),
                        ("actor_label", models.CharField(max_length=254)),
                        ("action", models.CharField(max_length=60)),
                        ("subject_type", models.CharField(max_length=60)),
                        ("subject_id", models.CharField(max_length=60)),
                        ("subject_label", models.CharField(max_length=300)),
                        ("old", models.JSONField(null=True)),
                        ("new", models.JSONField(null=True)),
                        ("ip", models.GenericIPAddressField(null=True)),
                    ],
                    options={
                        "verbose_name": "log entry",
                        "verbose_name_plural": "log entries",
                        "indexes": [
                            models.Index(models.F("organisation"), models.OrderBy(models.F("at"), descending=True), name="audit_newest_first"),
                            models.Index(models.F("organisation"), models.F("subject_type"), models.F("subject_id"), name="audit_of_one_subject"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LegalText",
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
                        ("kind", models.CharField(choices=[("terms", "Terms"), ("privacy", "Privacy notice")], max_length=10)),
                        ("version", models.PositiveIntegerField()),
                        ("texts", models.JSONField(default=dict)),
                        ("published_at", models.DateTimeField(auto_now_add=True)),
                        ("published_by", models.ForeignKey(null=True, on_delete=models.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        "verbose_name": "legal text",
                        "verbose_name_plural": "legal texts",
                        "ordering": ["-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("kind"), models.F("version"), name="legal_text_version_is_unique"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["terms", "privacy"]), ("version__gte", 1)), name="legal_text_kind_is_known"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SigningKey",
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
                        ("private", kring.core.secrets.EncryptedJSONField()),
                        ("public", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(models.F("organisation"), name="signing_key_is_one_per_organisation")],
                    },
                ),
            ],
        ),
        TenantTable("AuditEntry"),
        TenantTable("LegalText"),
        TenantTable("SigningKey"),
        # Entries and versions are added and read; only deleting the organisation takes them away (L1).
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON organisations_auditentry, organisations_legaltext FROM {APP_ROLE}, {PLATFORM_ROLE}",
            f"GRANT UPDATE, DELETE ON organisations_auditentry, organisations_legaltext TO {APP_ROLE}, {PLATFORM_ROLE}",
        ),
    ]
