import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE
from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    """Versions are added and read; only deleting the organisation takes them away."""

    dependencies = [
        ("organisations", "0006_events_locked_or_told"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("terms", "Terms"), ("privacy", "Privacy notice")], max_length=10)),
                ("version", models.PositiveIntegerField()),
                ("texts", models.JSONField(default=dict)),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                ("organisation", models.ForeignKey(db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []), editable=False, on_delete=django.db.models.deletion.DB_CASCADE, related_name="+", to="organisations.organisation")),
                ("published_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.DB_SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"verbose_name": "legal text", "verbose_name_plural": "legal texts", "ordering": ["-version"]},
        ),
        migrations.AddConstraint(
            "legaltext",
            models.UniqueConstraint(models.F("organisation"), models.F("kind"), models.F("version"), name="legal_text_version_is_unique"),
        ),
        migrations.AddConstraint(
            "legaltext",
            models.CheckConstraint(condition=models.Q(("kind__in", ["terms", "privacy"]), ("version__gte", 1)), name="legal_text_kind_is_known"),
        ),
        TenantTable("LegalText"),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE ON organisations_legaltext FROM {APP_ROLE}, {PLATFORM_ROLE}",
            f"GRANT UPDATE, DELETE ON organisations_legaltext TO {APP_ROLE}, {PLATFORM_ROLE}",
        ),
    ]
