from django.db import migrations

# `taken` follows the claims, whoever writes them. Pools are counted in the order of their keys, so two bookings over
# the same pools wait for each other and never lock each other out; the check constraint refuses the one too many.
FORWARDS = """
CREATE FUNCTION places_claims_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE FUNCTION places_claims_stay_as_they_are() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A claim is made or given back, never changed.';
END $$;
CREATE TRIGGER claims_made AFTER INSERT ON places_claim REFERENCING NEW TABLE AS changed_claims
    FOR EACH STATEMENT EXECUTE FUNCTION places_claims_add_up();
CREATE TRIGGER claims_given_back AFTER DELETE ON places_claim REFERENCING OLD TABLE AS changed_claims
    FOR EACH STATEMENT EXECUTE FUNCTION places_claims_add_up();
CREATE TRIGGER claims_unchanged BEFORE UPDATE ON places_claim
    FOR EACH ROW EXECUTE FUNCTION places_claims_stay_as_they_are();
"""
BACKWARDS = """
DROP TRIGGER claims_unchanged ON places_claim;
DROP TRIGGER claims_given_back ON places_claim;
DROP TRIGGER claims_made ON places_claim;
DROP FUNCTION places_claims_stay_as_they_are();
DROP FUNCTION places_claims_add_up();
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
