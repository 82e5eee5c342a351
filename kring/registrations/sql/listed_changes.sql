-- A row of the list is written exactly when something of its registration has changed, wherever that stands: state,
-- price, ticket, order, payment, answers (whose ends are not in it). So it is what knows when.
CREATE OR REPLACE FUNCTION registrations_listed_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER listed_changed BEFORE UPDATE ON registrations_listed FOR EACH ROW
    EXECUTE FUNCTION registrations_listed_changes();
