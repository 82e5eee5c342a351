-- What these registrations are found by, anew. Only one plan is right for all times to come: see note_answers.sql.
CREATE OR REPLACE FUNCTION registrations_note_words(ours bigint, these bigint[]) RETURNS void
LANGUAGE plpgsql
SET join_collapse_limit = 1
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    INSERT INTO registrations_searchable (organisation_id, event_id, registration_id, name, email, number, who, text)
    SELECT ours, r.event_id, r.id, left(core_normal(r.attendee_name), 200), lower(r.attendee_email),
        lower(o.number),
        ' ' || core_normal(concat_ws(' ', r.attendee_name, r.attendee_email, o.number)),
        ' ' || core_normal(left(said.text, 4000))
    FROM registrations_registration r
    JOIN billing_orderline l ON l.organisation_id = ours AND l.id = r.line_id
    JOIN billing_order o ON o.organisation_id = ours AND o.id = l.order_id
    LEFT JOIN LATERAL (
        SELECT string_agg(a.text, ' ' ORDER BY a.name) AS text FROM registrations_answer a
        WHERE a.organisation_id = ours AND a.registration_id = r.id AND a.type NOT IN ('yes_no', 'consent')
    ) AS said ON r.basic_id IS NOT NULL OR r.submission_id IS NOT NULL
    WHERE r.organisation_id = ours AND r.id = ANY(these)
    ON CONFLICT (organisation_id, registration_id) DO UPDATE SET
        event_id = excluded.event_id, name = excluded.name, email = excluded.email, number = excluded.number,
        who = excluded.who, text = excluded.text;
END $$;
