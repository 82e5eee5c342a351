-- A session that moves takes its bookings along, or is refused where that would put somebody in two places at once.
-- Who expired or was cancelled keeps their sessions for a late payment, but not at another time than they chose: two
-- of them would meet, and the session could not be moved although nobody is in it.
CREATE OR REPLACE FUNCTION registrations_session_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.starts_at, NEW.ends_at) IS DISTINCT FROM (OLD.starts_at, OLD.ends_at) THEN
        DELETE FROM registrations_sessionbooking b USING registrations_registration r
        WHERE b.organisation_id = NEW.organisation_id AND b.session_id = NEW.id
          AND r.organisation_id = b.organisation_id AND r.id = b.registration_id
          AND r.state IN ('expired', 'cancelled');
    END IF;
    UPDATE registrations_sessionbooking SET session_id = session_id
    WHERE organisation_id = NEW.organisation_id AND session_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER bookings_move_along AFTER UPDATE OF starts_at, ends_at ON events_session
    FOR EACH ROW EXECUTE FUNCTION registrations_session_moves();
