from django.db import migrations, models

PARTS = {"attraction": "name", "tickettype": "name", "session": None}
NAMED = {"event": "slug", "organiser": "name", "attraction": "name", "tickettype": "name"}


def _noted(table):
    return f"""
    CREATE TRIGGER part_changed BEFORE INSERT OR UPDATE ON events_{table} FOR EACH ROW
        EXECUTE FUNCTION places_note_the_change();
    """


def _named(table, column):
    return f"""
    CREATE TRIGGER renamed BEFORE UPDATE ON events_{table} FOR EACH ROW
        EXECUTE FUNCTION places_note_the_name('{column}');
    """


# A part that is gone can say nothing any more: its event does. Nobody else locks parts before their event.
GONE = """
CREATE FUNCTION events_part_is_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'attraction' THEN
        UPDATE events_event SET updated_at = clock_timestamp()
        WHERE organisation_id = OLD.organisation_id
            AND id = (SELECT event_id FROM events_attraction
                      WHERE organisation_id = OLD.organisation_id AND id = OLD.attraction_id);
    ELSE
        UPDATE events_event SET updated_at = clock_timestamp()
        WHERE organisation_id = OLD.organisation_id AND id = OLD.event_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER part_is_gone AFTER DELETE ON events_attraction FOR EACH ROW
    EXECUTE FUNCTION events_part_is_gone('event');
CREATE TRIGGER part_is_gone AFTER DELETE ON events_tickettype FOR EACH ROW
    EXECUTE FUNCTION events_part_is_gone('attraction');
CREATE TRIGGER part_is_gone AFTER DELETE ON events_session FOR EACH ROW
    EXECUTE FUNCTION events_part_is_gone('attraction');
"""
TRIGGERS = "".join(map(_noted, PARTS)) + "".join(_named(table, column) for table, column in NAMED.items()) + GONE
BACKWARDS = (
    "".join(f"DROP TRIGGER part_is_gone ON events_{table}; DROP TRIGGER part_changed ON events_{table};" for table in PARTS)
    + "DROP FUNCTION events_part_is_gone();"
    + "".join(f"DROP TRIGGER renamed ON events_{table};" for table in NAMED)
)


def _moment(model, name):
    return migrations.AddField(model, name, models.DateTimeField(null=True, editable=False))


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0014_free_places_go_to_the_queue"),
        ("places", "0004_when_they_changed"),
    ]

    operations = [
        *(_moment(model, "updated_at") for model in PARTS),
        *(_moment(model, "named_at") for model in NAMED),
        migrations.RunSQL(TRIGGERS, BACKWARDS),
    ]
