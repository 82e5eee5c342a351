-- A file is for ever the same bytes under its id; only with its organisation it goes. Its contents may be encrypted anew:
-- the digest says that they are the same.
CREATE OR REPLACE FUNCTION direct_debit_collection_files_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT organisations_stays(OLD.organisation_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A file of direct debits is made, never changed or removed.' USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE TRIGGER collection_files_stay
    BEFORE UPDATE OF organisation_id, run_id, message_id, digest, number, total, checked_at, created_at OR DELETE ON direct_debit_collectionfile
    FOR EACH ROW EXECUTE FUNCTION direct_debit_collection_files_stay();
