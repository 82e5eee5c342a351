-- The organisation is read by every request; its row says whether the checkout offers a newsletter, so that no page has
-- to ask.
CREATE OR REPLACE FUNCTION newsletter_note_newsletters() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE whose bigint := COALESCE(NEW.organisation_id, OLD.organisation_id);
BEGIN
    -- One after the other, so that each sees what the one before has written.
    PERFORM FROM organisations_organisation WHERE id = whose FOR NO KEY UPDATE;
    UPDATE organisations_organisation
    SET offers_newsletters = EXISTS (
        SELECT FROM newsletter_mailinglist WHERE organisation_id = whose AND is_offered
    )
    WHERE id = whose;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER offers_newsletters AFTER INSERT OR DELETE OR UPDATE OF is_offered ON newsletter_mailinglist
    FOR EACH ROW EXECUTE FUNCTION newsletter_note_newsletters();
