-- Who is called nearly so. Very like comes first: what is less so is only looked for where nothing was. Reads as the
-- owner of the table, for the reason in search.sql.
CREATE OR REPLACE FUNCTION registrations_search_similar(words text[], wanted_event bigint, most integer)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.5
AS $$
DECLARE
    ours bigint := current_setting('kring.organisation_id')::bigint;
    conditions text;
    likeness text;
    threshold text;
BEGIN
    SELECT string_agg(format('%L <%% who', word), ' AND '), string_agg(format('word_similarity(%L, who)', word), ' + ')
    INTO conditions, likeness
    FROM (SELECT core_normal(unnest(words)) AS word) AS normal WHERE length(word) >= 3;
    IF conditions IS NULL THEN
        RETURN;
    END IF;
    FOREACH threshold IN ARRAY ARRAY['0.5', '0.3'] LOOP
        PERFORM set_config('pg_trgm.word_similarity_threshold', threshold, true);
        RETURN QUERY EXECUTE 'SELECT registration_id FROM (SELECT registration_id, ' || likeness
            || ' AS likeness FROM registrations_searchable WHERE organisation_id = $1 AND ' || conditions
            || ' AND ($2 IS NULL OR event_id = $2) LIMIT $3) AS found ORDER BY likeness DESC, registration_id'
            USING ours, wanted_event, most;
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
END $$;

REVOKE EXECUTE ON FUNCTION registrations_search_similar(text[], bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registrations_search_similar(text[], bigint, integer) TO kring_app;
