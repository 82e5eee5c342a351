from django.db import migrations, models

from kring.core.database_url import PLATFORM_ROLE

# What is due is asked for once over all organisations: the windows of attractions, what is on sale, and what is left.
READ = ["events_attraction", "events_tickettype", "places_pool"]


class Migration(migrations.Migration):
    dependencies = [("events", "0010_reason"), ("places", "0002_claims_add_up")]

    operations = [
        *(
            migrations.RunSQL(
                f'CREATE POLICY platform ON "{table}" FOR SELECT TO {PLATFORM_ROLE} USING (true)',
                f'DROP POLICY platform ON "{table}"',
            )
            for table in READ
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                models.F("state"),
                condition=models.Q(("state__in", ["accepted", "open", "closed", "running_open", "running_closed"])),
                name="events_the_clock_moves",
            ),
        ),
    ]
