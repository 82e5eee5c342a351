from django.db import migrations

from kring.core.database_url import APP_ROLE

# The policies keep operators that may leak from using an index, and those of trigrams are such. So this function reads
# as the owner of the table and puts up the same wall itself: without a scope `current_setting` fails.
# The statement is put together for each search, so that it is planned for these very words.
FORWARDS = f"""
CREATE INDEX searchable_words ON registrations_searchable
    USING gin (organisation_id, who gin_trgm_ops, text gin_trgm_ops);

CREATE FUNCTION registrations_search(words text[], wanted_event bigint, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ours bigint := current_setting('kring.organisation_id')::bigint;
    conditions text;
BEGIN
    -- A short word stands at the beginning of one; a longer one anywhere.
    SELECT string_agg(format('(who LIKE %1$L OR text LIKE %1$L)', pattern), ' AND ') INTO conditions
    FROM (SELECT registrations_normal(unnest(words)) AS word) AS normal
    CROSS JOIN LATERAL (
        SELECT CASE WHEN length(word) < 3 THEN '% ' ELSE '%' END
            || regexp_replace(word, '([\\\\%_])', '\\\\\\1', 'g') || '%' AS pattern
    ) AS said
    WHERE word <> '';
    IF conditions IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE 'SELECT registration_id FROM registrations_searchable WHERE organisation_id = $1 AND '
        || conditions || ' AND ($2 IS NULL OR event_id = $2) LIMIT $3' USING ours, wanted_event, most;
END $$;

-- Who is called nearly so. Very like comes first: what is less so is only looked for where nothing was.
CREATE FUNCTION registrations_search_similar(words text[], wanted_event bigint, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET pg_trgm.word_similarity_threshold = 0.5 AS $$
DECLARE
    ours bigint := current_setting('kring.organisation_id')::bigint;
    conditions text;
    likeness text;
    threshold text;
BEGIN
    SELECT string_agg(format('%L <%% who', word), ' AND '), string_agg(format('word_similarity(%L, who)', word), ' + ')
    INTO conditions, likeness
    FROM (SELECT registrations_normal(unnest(words)) AS word) AS normal WHERE length(word) >= 3;
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

REVOKE EXECUTE ON FUNCTION registrations_search(text[], bigint, integer),
    registrations_search_similar(text[], bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registrations_search(text[], bigint, integer),
    registrations_search_similar(text[], bigint, integer) TO {APP_ROLE};
"""
BACKWARDS = """
DROP FUNCTION registrations_search_similar(text[], bigint, integer), registrations_search(text[], bigint, integer);
DROP INDEX searchable_words;
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0008_answers_kept_in_step")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
