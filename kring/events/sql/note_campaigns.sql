-- The event's row says whether it has codes in use: its page then asks for one, and is made anew with each change.
CREATE OR REPLACE FUNCTION events_note_campaigns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    campaign events_campaign := COALESCE(NEW, OLD);
BEGIN
    -- One after the other, so that each sees what the one before has written.
    PERFORM FROM events_event
    WHERE organisation_id = campaign.organisation_id AND id = campaign.event_id FOR NO KEY UPDATE;
    UPDATE events_event
    SET updated_at = clock_timestamp(), has_codes = EXISTS (
        SELECT FROM events_campaign AS each
        WHERE each.organisation_id = campaign.organisation_id AND each.event_id = campaign.event_id AND each.is_active
    )
    WHERE organisation_id = campaign.organisation_id AND id = campaign.event_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER campaigns_noted AFTER INSERT OR UPDATE OR DELETE ON events_campaign
    FOR EACH ROW EXECUTE FUNCTION events_note_campaigns();
