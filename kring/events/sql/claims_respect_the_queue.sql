-- While somebody waits for an attraction, its free places are for those who wait, whoever asks for them and however
-- (W3). Runs after `claims_made` (triggers go by name), so the pools are counted and locked.
CREATE OR REPLACE FUNCTION events_claims_respect_the_queue() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE TRIGGER claims_respect_the_queue AFTER INSERT ON places_claim REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION events_claims_respect_the_queue();
