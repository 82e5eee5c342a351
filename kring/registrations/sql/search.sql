-- The policies keep operators that may leak from using an index, and those of trigrams are such. So this function
-- reads as the owner of the table and puts up the same wall itself: without a scope `current_setting` fails. The
-- statement is put together for each search, so that it is planned for these very words.
--
-- A door looks for people and must not search their answers: `people_only`.
CREATE OR REPLACE FUNCTION registrations_search(words text[], wanted_event bigint, most integer, people_only boolean)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
    ours bigint := current_setting('kring.organisation_id')::bigint;
    conditions text;
BEGIN
    -- A short word stands at the beginning of one; a longer one, and Chinese of any length, anywhere.
    SELECT string_agg(
        format(CASE WHEN people_only THEN '(who LIKE %1$L)' ELSE '(who LIKE %1$L OR text LIKE %1$L)' END, pattern),
        ' AND ') INTO conditions
    FROM (SELECT core_normal(unnest(words)) AS word) AS normal
    CROSS JOIN LATERAL (
        -- Writings in which one letter is a word or a part of one that is searched for: Chinese, Japanese, Korean.
        SELECT CASE WHEN length(word) < 3
                AND word !~ '[\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\U00020000-\U0003FFFF]' THEN '% ' ELSE '%' END
            || regexp_replace(word, '([\\%_])', '\\\1', 'g') || '%' AS pattern
    ) AS said
    WHERE word <> '';
    IF conditions IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE 'SELECT registration_id FROM registrations_searchable WHERE organisation_id = $1 AND '
        || conditions || ' AND ($2 IS NULL OR event_id = $2) LIMIT $3' USING ours, wanted_event, most;
END $$;

REVOKE EXECUTE ON FUNCTION registrations_search(text[], bigint, integer, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registrations_search(text[], bigint, integer, boolean) TO kring_app;
