CREATE OR REPLACE FUNCTION places_claims_stay_as_they_are() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A claim is made or given back, never changed.';
END $$;

CREATE OR REPLACE TRIGGER claims_unchanged BEFORE UPDATE ON places_claim
    FOR EACH ROW EXECUTE FUNCTION places_claims_stay_as_they_are();
