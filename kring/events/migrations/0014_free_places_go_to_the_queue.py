from django.db import migrations

# While somebody waits for an attraction, its free places are for those who wait, whoever asks for them and however
# (W3). Of the places of the whole event as many stay free as the attractions people wait for could still give: only
# then has a freed one come to them. Runs after `claims_made` (triggers go by name), so the pools are counted and locked.
FORWARDS = """
CREATE FUNCTION events_places_are_kept(of_organisation bigint, of_pool bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM events_attraction a WHERE a.organisation_id = of_organisation AND a.pool_id = of_pool AND a.is_kept
    ) OR EXISTS (
        SELECT FROM events_event e
        JOIN places_pool ep ON ep.organisation_id = e.organisation_id AND ep.id = e.pool_id
        JOIN events_attraction a ON a.organisation_id = e.organisation_id AND a.event_id = e.id AND a.is_kept
        JOIN places_pool ap ON ap.organisation_id = a.organisation_id AND ap.id = a.pool_id
        WHERE e.organisation_id = of_organisation AND e.pool_id = of_pool
        GROUP BY ep.capacity, ep.taken
        HAVING ep.capacity - ep.taken < coalesce(
            CASE WHEN bool_or(ap.capacity IS NULL) THEN 2147483647 ELSE sum(ap.capacity - ap.taken) END, 0)
    );
$$;
CREATE FUNCTION events_claims_respect_the_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM made JOIN places_hold h ON h.organisation_id = made.organisation_id AND h.id = made.hold_id
        WHERE NOT h.from_queue AND events_places_are_kept(made.organisation_id, made.pool_id)
    ) THEN
        RAISE EXCEPTION 'These places are kept for those who wait.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'places_are_kept_for_the_queue';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER claims_respect_the_queue AFTER INSERT ON places_claim REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION events_claims_respect_the_queue();
"""
BACKWARDS = """
DROP TRIGGER claims_respect_the_queue ON places_claim;
DROP FUNCTION events_claims_respect_the_queue();
DROP FUNCTION events_places_are_kept(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("events", "0013_waiting_lists"), ("places", "0003_hold_from_queue")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX events_by_pool ON events_event (organisation_id, pool_id) WHERE pool_id IS NOT NULL",
            "DROP INDEX events_by_pool",
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
