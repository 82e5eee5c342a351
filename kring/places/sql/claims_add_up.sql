-- `taken` follows the claims, whoever writes them. Pools are counted in the order of their keys, so two bookings over
-- the same pools wait for each other and never lock each other out; the check constraint refuses the one too many.
CREATE OR REPLACE FUNCTION places_claims_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE change record;
BEGIN
    FOR change IN
        SELECT pool_id, sum(quantity) AS quantity FROM (
            SELECT pool_id, quantity FROM changed_claims
        ) AS claims GROUP BY pool_id ORDER BY pool_id
    LOOP
        UPDATE places_pool
        SET taken = taken + CASE TG_OP WHEN 'INSERT' THEN change.quantity ELSE -change.quantity END
        WHERE id = change.pool_id;
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER claims_made AFTER INSERT ON places_claim REFERENCING NEW TABLE AS changed_claims
    FOR EACH STATEMENT EXECUTE FUNCTION places_claims_add_up();
CREATE OR REPLACE TRIGGER claims_given_back AFTER DELETE ON places_claim REFERENCING OLD TABLE AS changed_claims
    FOR EACH STATEMENT EXECUTE FUNCTION places_claims_add_up();
