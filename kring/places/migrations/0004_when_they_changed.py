from django.db import migrations, models

# For tables that programs ask "what has changed since" of. Each row says so of itself: nobody has to write, or lock,
# rows of another table for it. The moment of the change and not of the transaction, as for registrations.
FUNCTIONS = """
CREATE FUNCTION places_note_the_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.updated_at := clock_timestamp();
        RETURN NEW;
    END IF;
    NEW.updated_at := OLD.updated_at;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.updated_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

-- When the column that is named last changed: what hundreds of rows elsewhere are shown with.
CREATE FUNCTION places_note_the_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.named_at := OLD.named_at;
    IF to_jsonb(NEW) ->> TG_ARGV[0] IS DISTINCT FROM to_jsonb(OLD) ->> TG_ARGV[0] THEN
        NEW.named_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
"""
TRIGGER = """
CREATE TRIGGER pool_changed BEFORE UPDATE ON places_pool FOR EACH ROW EXECUTE FUNCTION places_note_the_change();
"""
BACKWARDS = """
DROP TRIGGER pool_changed ON places_pool;
DROP FUNCTION places_note_the_name(), places_note_the_change();
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0003_hold_from_queue")]

    operations = [
        # Without a value for the rows there are: nothing has changed in them because of this.
        migrations.AddField("pool", "updated_at", models.DateTimeField(null=True, editable=False)),
        migrations.AddField("hold", "exchanged_at", models.DateTimeField(null=True, editable=False)),
        migrations.RunSQL(FUNCTIONS + TRIGGER, BACKWARDS),
    ]
