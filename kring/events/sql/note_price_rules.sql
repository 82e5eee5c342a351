-- The event is read by every order; its row says whether it has price rules in use, so that without them no order has to
-- ask. It changes with each of them: its page is made anew.
CREATE OR REPLACE FUNCTION events_note_price_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule events_pricerule := COALESCE(NEW, OLD);
    whose bigint := COALESCE(rule.event_id, (
        SELECT event_id FROM events_attraction
        WHERE organisation_id = rule.organisation_id AND id = rule.attraction_id
    ));
BEGIN
    -- One after the other, so that each sees what the one before has written.
    PERFORM FROM events_event WHERE organisation_id = rule.organisation_id AND id = whose FOR NO KEY UPDATE;
    UPDATE events_event
    SET updated_at = clock_timestamp(), has_price_rules = EXISTS (
        SELECT FROM events_pricerule AS each
        LEFT JOIN events_attraction AS part
            ON part.organisation_id = each.organisation_id AND part.id = each.attraction_id
        WHERE each.organisation_id = rule.organisation_id AND each.is_active
            AND (each.event_id = whose OR part.event_id = whose)
    )
    WHERE organisation_id = rule.organisation_id AND id = whose;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER price_rules_noted AFTER INSERT OR UPDATE OR DELETE ON events_pricerule
    FOR EACH ROW EXECUTE FUNCTION events_note_price_rules();
