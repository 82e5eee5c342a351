-- What became of a code stays as it was: a code that was given up is never good again, nor another sum given back for it.
-- Only the login that had it may go.
CREATE OR REPLACE FUNCTION registrations_ticket_changes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A change of a ticket is made, never changed.' USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE TRIGGER ticket_changes_stay BEFORE UPDATE OF ticket_id, holder_number, kind, price, fee, returned, at
    ON registrations_ticketchange FOR EACH ROW EXECUTE FUNCTION registrations_ticket_changes_stay();
