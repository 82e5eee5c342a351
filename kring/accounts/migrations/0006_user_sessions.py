import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Nobody is logged out by the change of tables; of whom a session is, its next request notes.
COPY = """
INSERT INTO accounts_session (session_key, session_data, expire_date, created_at, last_seen_at)
SELECT session_key, session_data, expire_date, now(), now() - interval '1 day' FROM django_session
WHERE expire_date > now()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_last_days_and_last_seen"),
        ("organisations", "0006_disputes_bar_tickets"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="UserSession",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("user_agent", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.DB_CASCADE, related_name="sessions", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"db_table": "accounts_session"},
        ),
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
    ]
