-- What a payer agreed to stays as it was; only with its organisation it goes. Who wrote it down may be deleted.
CREATE OR REPLACE FUNCTION direct_debit_mandate_versions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT organisations_stays(OLD.organisation_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A version of a mandate is made, never changed or removed.' USING ERRCODE = 'check_violation';
END $$;

CREATE OR REPLACE TRIGGER mandate_versions_stay
    BEFORE UPDATE OF organisation_id, mandate_id, number, reference, iban, holder, creditor_id, creditor_name, signed_on,
        evidence, upload_id, note, text, agreed_at, address_digest, is_known, created_at
    OR DELETE ON direct_debit_mandateversion
    FOR EACH ROW EXECUTE FUNCTION direct_debit_mandate_versions_stay();
