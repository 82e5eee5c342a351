-- All answers of these registrations, of one organisation, anew: two statements, however many they are.
--
-- What was chosen is compared by a mark of each choice's value, after the beginning of the labels, which is what is
-- sorted by: labels change, and many long ones are too long for an index. Several stand on a line each: no label has
-- two lines.
--
-- One plan is kept, for planning these few statements anew for each registration costs ten times what running them
-- does. It is kept for a connection's life, also when it was made while the tables were empty, so only one is right
-- for all times to come: registration by registration, in the order that is written, by the indexes. Any other has
-- taken minutes and gigabytes for a thousand at once.
CREATE OR REPLACE FUNCTION registrations_note_answers(ours bigint, these bigint[]) RETURNS void
LANGUAGE plpgsql
SET join_collapse_limit = 1
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    DELETE FROM registrations_answer WHERE organisation_id = ours AND registration_id = ANY(these);
    INSERT INTO registrations_answer
        (organisation_id, event_id, registration_id, name, type, text, sort, number, day)
    -- A question of the same name in both forms: the attraction's own counts.
    SELECT DISTINCT ON (r.id, q.name) ours, r.event_id, r.id, q.name, q.type, left(said.text, 10000),
        CASE
            WHEN said.number IS NOT NULL THEN registrations_sortable(said.number)
            ELSE coalesce(chosen.sort, left(core_normal(left(said.text, 1000)), 300))
        END,
        said.number, said.day
    FROM registrations_registration r
    CROSS JOIN LATERAL (VALUES (r.basic_id, 1), (r.submission_id, 2)) AS part(id, rank)
    JOIN forms_submission s ON s.organisation_id = ours AND s.id = part.id
    CROSS JOIN LATERAL jsonb_each(s.answers) AS given(name, value)
    JOIN forms_question q ON q.organisation_id = ours AND q.version_id = s.version_id AND q.name = given.name
    LEFT JOIN LATERAL (
        SELECT string_agg(coalesce(nullif(c.label, ''), c.value), E'\n' ORDER BY c.position, c.id) AS text,
               left(string_agg(core_normal(coalesce(nullif(c.label, ''), c.value)), ' '
                               ORDER BY c.position, c.id), 100) || E'\x1e\x1f'
                   || string_agg(left(md5(c.value), 8), E'\x1f' ORDER BY c.position, c.id) || E'\x1f' AS sort
        FROM forms_choice c
        WHERE c.organisation_id = ours AND c.question_id = q.id AND given.value ? c.value
    ) AS chosen ON q.type IN ('choice', 'choices')
    LEFT JOIN forms_upload u ON q.type = 'file' AND u.organisation_id = ours AND u.key = given.value #>> '{}'
    CROSS JOIN LATERAL (
        SELECT coalesce(
            chosen.text,
            u.name,
            CASE jsonb_typeof(given.value)
                WHEN 'array' THEN (SELECT string_agg(each, E'\n') FROM jsonb_array_elements_text(given.value) AS each)
                ELSE given.value #>> '{}'
            END
        ) AS text
    ) AS plain
    CROSS JOIN LATERAL (
        SELECT plain.text,
            CASE WHEN q.type = 'number' AND plain.text ~ '^-?[0-9]{1,14}([.][0-9]{1,20})?$'
                THEN round(plain.text::numeric, 4) END AS number,
            CASE WHEN q.type = 'date' AND pg_input_is_valid(plain.text, 'date') THEN plain.text::date END AS day
    ) AS said
    WHERE r.organisation_id = ours AND r.id = ANY(these) AND said.text <> ''
    ORDER BY r.id, q.name, part.rank DESC;
END $$;
