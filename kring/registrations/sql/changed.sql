-- An UPDATE that finds no row makes it: whatever took it away, it comes back with the next change. One
-- plan for all times (note_answers.sql), also for the checks of foreign keys: a row that is changed for a second time in a
-- transaction has all of its keys checked again.
CREATE OR REPLACE FUNCTION registrations_changed() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    UPDATE registrations_listed SET
        state = NEW.state, attraction_id = NEW.attraction_id, ticket_type_id = NEW.ticket_type_id,
        profession = NEW.profession, name = left(core_normal(NEW.attendee_name), 200),
        email = lower(NEW.attendee_email), created_at = NEW.created_at, completed_at = NEW.completed_at,
        cancelled_at = NEW.cancelled_at
    WHERE organisation_id = NEW.organisation_id AND registration_id = NEW.id;
    IF NOT FOUND THEN
        PERFORM registrations_list(NEW.organisation_id, ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER registration_is_changed AFTER UPDATE ON registrations_registration FOR EACH ROW
    WHEN (NEW.state <> OLD.state OR NEW.attendee_name <> OLD.attendee_name
          OR NEW.attendee_email <> OLD.attendee_email OR NEW.profession <> OLD.profession
          OR NEW.attraction_id <> OLD.attraction_id OR NEW.ticket_type_id <> OLD.ticket_type_id
          OR NEW.created_at <> OLD.created_at OR NEW.completed_at IS DISTINCT FROM OLD.completed_at
          OR NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at)
    EXECUTE FUNCTION registrations_changed();
