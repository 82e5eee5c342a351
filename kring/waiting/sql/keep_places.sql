-- An attraction knows whether anybody waits for it, whoever writes the entries: the claims of places ask it each
-- time.
CREATE OR REPLACE FUNCTION waiting_keep_places(attractions bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE events_attraction a SET is_kept = NOT a.is_kept
    WHERE a.id = ANY (attractions) AND a.is_kept <> EXISTS (
        SELECT FROM waiting_wish w
        JOIN waiting_entry e ON e.organisation_id = w.organisation_id AND e.id = w.entry_id
        WHERE w.organisation_id = a.organisation_id AND w.attraction_id = a.id AND e.state = 'waiting'
    );
$$;
