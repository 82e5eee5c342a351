import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0002_a_mail_may_be_withdrawn"),
        ("organisations", "0004_reworded_mails"),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("template", models.CharField(max_length=60)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("nl", "Dutch"), ("pl", "Polish")],
                        max_length=5,
                        verbose_name="language",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("body", models.TextField(max_length=10000, verbose_name="text")),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                "verbose_name": "text of a mail",
                "verbose_name_plural": "texts of mails",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        models.F("template"),
                        models.F("language"),
                        name="wording_is_one_per_mail_and_language",
                    )
                ],
            },
        ),
        TenantTable("Wording"),
    ]
