CREATE OR REPLACE FUNCTION waiting_wishes_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM waiting_keep_places(ARRAY(SELECT DISTINCT attraction_id FROM changed ORDER BY 1));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER wishes_made AFTER INSERT ON waiting_wish REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION waiting_wishes_changed();
CREATE OR REPLACE TRIGGER wishes_given_up AFTER DELETE ON waiting_wish REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION waiting_wishes_changed();
