CREATE OR REPLACE FUNCTION waiting_entries_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM waiting_keep_places(ARRAY(
        SELECT DISTINCT w.attraction_id FROM was JOIN changed USING (id)
        JOIN waiting_wish w ON w.organisation_id = changed.organisation_id AND w.entry_id = changed.id
        WHERE (was.state = 'waiting') <> (changed.state = 'waiting') ORDER BY 1
    ));
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER entries_changed AFTER UPDATE ON waiting_entry
    REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION waiting_entries_changed();
