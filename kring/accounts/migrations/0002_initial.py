import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from kring.core.tenant_tables import TenantTable


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_roles_and_extensions"),
        ("accounts", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="apitoken",
            name="organisation",
            field=models.ForeignKey(
                db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []),
                editable=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.AddField(
            model_name="profile",
            name="organisation",
            field=models.ForeignKey(
                db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []),
                editable=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.AddField(
            model_name="profile",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="profiles",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="organisation",
            field=models.ForeignKey(
                db_default=django.db.models.expressions.RawSQL("current_setting('kring.organisation_id')::bigint", []),
                editable=False,
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="+",
                to="organisations.organisation",
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DB_CASCADE,
                related_name="roles",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("digest"), name="api_token_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="profile",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("user"), name="profile_is_one_per_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.UniqueConstraint(
                models.F("organisation"), models.F("user"), models.F("name"), name="role_is_held_once"
            ),
        ),
        TenantTable("ApiToken"),
        TenantTable("Profile", platform="SELECT"),
        TenantTable("Role", platform="SELECT"),
    ]
