from django.contrib.postgres.operations import BtreeGinExtension, BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

from kring.core.database_url import APP_ROLE, PLATFORM_ROLE

# Roles belong to the whole server, so two databases may make them at the same moment.
ROLES = f"""
DO $$
DECLARE wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['{APP_ROLE}', '{PLATFORM_ROLE}'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;
"""
# An owner who is no superuser (a managed server, say) may administer the roles they make, but not yet become them.
OWNER_MAY_BECOME = f"""
DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT {APP_ROLE} TO %I WITH INHERIT FALSE, SET TRUE', current_user);
    END IF;
END $$;
"""
# The application may become the platform's role for one transaction, and inherits nothing from it.
MAY_BECOME = f"""
DO $$
BEGIN
    GRANT {PLATFORM_ROLE} TO {APP_ROLE} WITH INHERIT FALSE, SET TRUE;
EXCEPTION WHEN unique_violation OR internal_error THEN NULL;
END $$;
"""
RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {APP_ROLE}, {PLATFORM_ROLE};
GRANT {RIGHTS} ON ALL TABLES IN SCHEMA public TO {APP_ROLE}, {PLATFORM_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}, {PLATFORM_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {RIGHTS} ON TABLES TO {APP_ROLE}, {PLATFORM_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE}, {PLATFORM_ROLE};
"""
# Which jobs have done their work: written in the work's own transaction, so that none does it twice.
JOB_DONE = "CREATE TABLE job_done (job_id bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"


class Migration(migrations.Migration):
    """Roles and extensions. All four extensions are trusted: the owner of the database may add them."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(ROLES, migrations.RunSQL.noop),
        migrations.RunSQL(OWNER_MAY_BECOME, migrations.RunSQL.noop),
        migrations.RunSQL(MAY_BECOME, migrations.RunSQL.noop),
        migrations.RunSQL(GRANTS, migrations.RunSQL.noop),
        migrations.RunSQL(JOB_DONE, "DROP TABLE job_done"),
        TrigramExtension(),
        UnaccentExtension(),
        BtreeGistExtension(),
        BtreeGinExtension(),
    ]
