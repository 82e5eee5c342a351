-- A ticket's triggers write the ticket's columns only. One plan for all times: see changed.sql.
CREATE OR REPLACE FUNCTION registrations_tickets_made() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    UPDATE registrations_listed l
    SET issued_at = t.issued_at, admitted_at = t.admitted_at, admitted_where = t.admitted_where
    FROM fresh t WHERE l.organisation_id = t.organisation_id AND l.registration_id = t.registration_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER tickets_are_made AFTER INSERT ON registrations_ticket
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION registrations_tickets_made();
