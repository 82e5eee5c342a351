-- Deletes these rows of an organisation that is being deleted, of which table ever; how many there were. As the owner of
-- the tables: the application may not remove entries of logs, consents, legal texts and histories, and need not. It puts
-- up the wall itself, and does nothing for an organisation that stays.
CREATE OR REPLACE FUNCTION hosting_delete_rows(wanted_table text, wanted_organisation bigint, keys bigint[])
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
    gone bigint;
BEGIN
    IF wanted_organisation IS DISTINCT FROM current_setting('kring.organisation_id')::bigint
        OR NOT EXISTS (SELECT FROM organisations_organisation WHERE id = wanted_organisation AND status = 'deleting')
    THEN
        RAISE EXCEPTION 'Organisation % is not being deleted.', wanted_organisation USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE format('DELETE FROM public.%I WHERE organisation_id = $1 AND id = ANY ($2)', wanted_table)
        USING wanted_organisation, keys;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;

REVOKE EXECUTE ON FUNCTION hosting_delete_rows(text, bigint, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hosting_delete_rows(text, bigint, bigint[]) TO kring_app;
