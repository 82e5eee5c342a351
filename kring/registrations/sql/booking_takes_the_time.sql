-- A booking has the time of its session, whoever writes it.
CREATE OR REPLACE FUNCTION registrations_booking_takes_the_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A session that is not to be seen here leaves it as it was: the composite key refuses it then.
    NEW.during := coalesce((
        SELECT tstzrange(starts_at, ends_at) FROM events_session
        WHERE organisation_id = NEW.organisation_id AND id = NEW.session_id
    ), NEW.during);
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER booking_takes_the_time BEFORE INSERT OR UPDATE ON registrations_sessionbooking
    FOR EACH ROW EXECUTE FUNCTION registrations_booking_takes_the_time();
