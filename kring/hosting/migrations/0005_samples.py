import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    dependencies = [("hosting", "0004_own_domains")]

    operations = [
        migrations.CreateModel(
            "SampleRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("event", "event"),
                            ("guest", "guest"),
                            ("form", "form"),
                            ("member", "member"),
                            ("group", "group"),
                            ("type", "membership type"),
                        ],
                        max_length=6,
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                "verbose_name": "sample",
                "verbose_name_plural": "samples",
                "constraints": [
                    models.UniqueConstraint("organisation", "kind", "key", name="sample_row_is_named_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["event", "guest", "form", "member", "group", "type"])),
                        name="sample_row_kind_is_known",
                    ),
                ],
            },
        ),
        TenantTable("SampleRow"),
    ]
