-- Whether a row of any organisation names this login, in whatever table: asked as the owner of the tables, who sees those
-- of all. It answers yes or no, and nothing else of them.
CREATE OR REPLACE FUNCTION hosting_login_is_used(wanted bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
    reference record;
    found_one boolean;
BEGIN
    FOR reference IN
        SELECT c.conrelid::regclass AS place, a.attname AS name
        FROM pg_constraint c
        JOIN pg_class t ON t.oid = c.conrelid AND t.relrowsecurity
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = 'public.accounts_user'::regclass
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I = $1)', reference.place, reference.name)
            INTO found_one USING wanted;
        IF found_one THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

REVOKE EXECUTE ON FUNCTION hosting_login_is_used(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hosting_login_is_used(bigint) TO kring_app;
