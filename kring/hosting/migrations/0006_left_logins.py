import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from kring.core.sql_files import InstallSql


class Migration(migrations.Migration):
    dependencies = [("hosting", "0005_samples"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            "LeftLogin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "login of a deleted organisation",
                "verbose_name_plural": "logins of deleted organisations",
            },
        ),
        InstallSql("login_is_used", version=1, digest="f6d1fab1d007"),
    ]
