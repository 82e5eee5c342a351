-- `MemberAnswer` of these submissions of one organisation anew, as far as they are about members: two statements,
-- however many they are. Choices are compared by a mark of each: many long ones are too long for an index. One plan for
-- all times to come, by the indexes: see registrations/sql/note_answers.sql.
CREATE OR REPLACE FUNCTION members_note_answers(ours bigint, these bigint[]) RETURNS void
LANGUAGE plpgsql
SET join_collapse_limit = 1
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    DELETE FROM members_memberanswer WHERE organisation_id = ours AND submission_id = ANY(these);
    INSERT INTO members_memberanswer (organisation_id, submission_id, name, kind, sort)
    SELECT ours, s.id, q.name, of_kind.kind, as_text.sort
    FROM forms_submission s
    JOIN forms_formversion v ON v.organisation_id = ours AND v.id = s.version_id
    JOIN forms_form f ON f.organisation_id = ours AND f.id = v.form_id AND f.purpose = 'member'
    JOIN forms_question q ON q.organisation_id = ours AND q.version_id = v.id AND q.type <> 'file'
    CROSS JOIN LATERAL (SELECT s.answers -> q.name AS value) AS given
    CROSS JOIN LATERAL (
        SELECT given.value #>> '{}' AS text, CASE
            WHEN q.type IN ('number', 'date') THEN q.type
            WHEN q.type IN ('choice', 'choices', 'country') THEN 'choice'
            WHEN q.type IN ('yes_no', 'consent') THEN 'yes_no'
            ELSE 'text' END AS kind
    ) AS of_kind
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN q.type = 'number' THEN CASE WHEN of_kind.text ~ '^-?[0-9]{1,14}([.][0-9]{1,20})?$' THEN
                to_char(greatest(least(round(of_kind.text::numeric, 4), 99999999999999), -99999999999999)
                        + 100000000000000, 'FM000000000000000.0000') END
            WHEN q.type = 'date' THEN CASE WHEN pg_input_is_valid(of_kind.text, 'date') THEN of_kind.text END
            WHEN q.type = 'choice' THEN E'\x1f' || left(md5(of_kind.text), 8) || E'\x1f'
            WHEN q.type = 'choices' THEN (
                SELECT E'\x1f' || string_agg(left(md5(each), 8), E'\x1f') || E'\x1f'
                FROM jsonb_array_elements_text(
                    CASE jsonb_typeof(given.value) WHEN 'array' THEN given.value ELSE '[]' END) AS each)
            WHEN of_kind.kind = 'text' THEN left(core_normal(left(of_kind.text, 1000)), 300)
            ELSE of_kind.text END AS sort
    ) AS as_text
    WHERE s.organisation_id = ours AND s.id = ANY(these) AND as_text.sort <> '';
END $$;
