import django.utils.timezone
from django.db import migrations, models
from django.db.models.expressions import RawSQL

from kring.core.create_models import CreateModels
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
                    name="Message",
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
                        ("template", models.CharField(max_length=60, verbose_name="kind")),
                        ("recipient", models.EmailField(max_length=254, verbose_name="to")),
                        ("recipient_name", models.CharField(blank=True, max_length=200)),
                        ("language", models.CharField(choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")], max_length=5)),
                        ("facts", models.JSONField(null=True)),
                        ("composed_subject", models.CharField(blank=True, db_column="subject", max_length=300, verbose_name="subject")),
                        ("composed_text", models.TextField(blank=True, db_column="text")),
                        ("composed_html", models.TextField(blank=True, db_column="html")),
                        ("attachments", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "waiting to be sent"),
                                    ("sending", "being sent"),
                                    ("sent", "sent"),
                                    ("failed", "failed"),
                                    ("kept", "not sent"),
                                    ("withdrawn", "will not be sent"),
                                    ("held", "held back"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("error", models.TextField(blank=True, verbose_name="error")),
                        ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                        ("subject_type", models.CharField(blank=True, max_length=40)),
                        ("subject_id", models.BigIntegerField(null=True)),
                    ],
                    options={
                        "verbose_name": "mail",
                        "verbose_name_plural": "mails",
                        "indexes": [
                            models.Index(
                                models.F("organisation"), models.OrderBy(models.F("created_at"), descending=True), name="message_newest_first"
                            ),
                            models.Index(
                                models.F("organisation"), models.F("next_try_at"), condition=models.Q(("state", "queued")), name="message_due"
                            ),
                            models.Index(models.F("organisation"), models.F("subject_type"), models.F("subject_id"), name="messages_about"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlatformMessage",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("template", models.CharField(max_length=60, verbose_name="kind")),
                        ("recipient", models.EmailField(max_length=254, verbose_name="to")),
                        ("recipient_name", models.CharField(blank=True, max_length=200)),
                        ("language", models.CharField(choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")], max_length=5)),
                        ("facts", models.JSONField(null=True)),
                        ("composed_subject", models.CharField(blank=True, db_column="subject", max_length=300, verbose_name="subject")),
                        ("composed_text", models.TextField(blank=True, db_column="text")),
                        ("composed_html", models.TextField(blank=True, db_column="html")),
                        ("attachments", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "waiting to be sent"),
                                    ("sending", "being sent"),
                                    ("sent", "sent"),
                                    ("failed", "failed"),
                                    ("kept", "not sent"),
                                    ("withdrawn", "will not be sent"),
                                    ("held", "held back"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("error", models.TextField(blank=True, verbose_name="error")),
                        ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, null=True)),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                        ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                    ],
                    options={
                        "indexes": [models.Index(models.F("next_try_at"), condition=models.Q(("state", "queued")), name="platform_message_due")],
                    },
                ),
                migrations.CreateModel(
                    name="Wording",
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
                        ("template", models.CharField(max_length=60)),
                        (
                            "language",
                            models.CharField(choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")], max_length=5, verbose_name="language"),
                        ),
                        ("subject", models.CharField(max_length=200, verbose_name="subject")),
                        ("body", models.TextField(max_length=10000, verbose_name="text")),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                    ],
                    options={
                        "verbose_name": "text of a mail",
                        "verbose_name_plural": "texts of mails",
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("organisation"), models.F("template"), models.F("language"), name="wording_is_one_per_mail_and_language"
                            )
                        ],
                    },
                ),
            ],
        ),
        TenantTable("Message", platform="SELECT"),
        TenantTable("Wording"),
    ]
