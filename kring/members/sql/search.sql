-- Members in whose words each of these occurs; after a -1, where there are none, who is called nearly so. Policies keep operators that may leak from using an index, and those of trigrams are such:
-- this function reads as the owner of the table and puts up the same wall itself. Without a scope `current_setting`
-- fails. The statement is put together for each search, so that it is planned for these very words.
CREATE OR REPLACE FUNCTION members_search(words text[], most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.5
AS $$
DECLARE
    ours bigint := current_setting('kring.organisation_id')::bigint;
    conditions text;
    similar_conditions text;
    likeness text;
BEGIN
    -- A short word stands at the beginning of one; a longer one anywhere.
    SELECT string_agg(format('words LIKE %L', CASE WHEN length(word) < 3 THEN '% ' ELSE '%' END
            || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%'), ' AND '),
        string_agg(format('%L <%% words', word), ' AND ') FILTER (WHERE length(word) > 3 AND word !~ '[0-9@]'),
        string_agg(format('word_similarity(%L, words)', word), ' + ') FILTER (WHERE length(word) > 3)
    INTO conditions, similar_conditions, likeness
    FROM (SELECT core_normal(unnest(words)) AS word) AS normal
    WHERE word <> '';
    IF conditions IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE 'SELECT id FROM members_member WHERE organisation_id = $1 AND ' || conditions || ' LIMIT $2'
        USING ours, most;
    IF FOUND OR similar_conditions IS NULL THEN
        RETURN;
    END IF;
    RETURN NEXT -1;
    RETURN QUERY EXECUTE 'SELECT id FROM (SELECT id, ' || likeness || ' AS likeness FROM members_member '
        'WHERE organisation_id = $1 AND ' || similar_conditions || ') AS found ORDER BY likeness DESC, id LIMIT 100'
        USING ours;
END $$;

REVOKE EXECUTE ON FUNCTION members_search(text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION members_search(text[], integer) TO kring_app;
