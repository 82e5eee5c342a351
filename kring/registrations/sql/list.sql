-- The rows of `Listed` of these registrations, made anew. Whoever calls holds the lock of the registrations, so that
-- nobody writes what another has changed since; what the ticket says is the ticket's trigger's alone. Answers: those
-- with a choice whole (two hundred marks at most), for they are compared with; of texts as much as a sort needs
-- (`listed.BEGINNING`). Only one plan is right for all times to come: see note_answers.sql.
CREATE OR REPLACE FUNCTION registrations_list(ours bigint, these bigint[]) RETURNS void
LANGUAGE plpgsql
SET join_collapse_limit = 1
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    INSERT INTO registrations_listed
        (organisation_id, registration_id, event_id, attraction_id, ticket_type_id, state, profession,
         name, email, number, price, order_state, buyer, buyer_email, payment, method,
         created_at, completed_at, cancelled_at, issued_at, admitted_at, admitted_where, said)
    SELECT r.organisation_id, r.id, r.event_id, r.attraction_id, r.ticket_type_id, r.state, r.profession,
        left(core_normal(r.attendee_name), 200), lower(r.attendee_email), lower(o.number),
        l.amount, o.state, left(core_normal(o.buyer_name), 200), lower(o.buyer_email), p.state, p.method,
        r.created_at, r.completed_at, r.cancelled_at, t.issued_at, t.admitted_at, coalesce(t.admitted_where, ''),
        CASE WHEN r.basic_id IS NULL AND r.submission_id IS NULL THEN '{}'::jsonb ELSE coalesce((
            SELECT jsonb_object_agg(
                a.name, left(a.sort, CASE WHEN a.type IN ('choice', 'choices') THEN 3000 ELSE 60 END))
            FROM registrations_answer a WHERE a.organisation_id = r.organisation_id AND a.registration_id = r.id
        ), '{}') END
    FROM registrations_registration r
    JOIN billing_orderline l ON l.organisation_id = r.organisation_id AND l.id = r.line_id
    JOIN billing_order o ON o.organisation_id = r.organisation_id AND o.id = l.order_id
    LEFT JOIN registrations_ticket t ON t.organisation_id = r.organisation_id AND t.registration_id = r.id
    LEFT JOIN LATERAL (
        SELECT state, method FROM payments_payment WHERE organisation_id = r.organisation_id AND order_id = l.order_id
        ORDER BY CASE WHEN state = 'paid' THEN 0 WHEN state IN ('created', 'pending') THEN 1 ELSE 2 END,
            created_at DESC, id DESC
        LIMIT 1
    ) AS p ON true
    WHERE r.organisation_id = ours AND r.id = ANY(these)
    ON CONFLICT (organisation_id, registration_id) DO UPDATE SET
        event_id = excluded.event_id, attraction_id = excluded.attraction_id,
        ticket_type_id = excluded.ticket_type_id, state = excluded.state,
        profession = excluded.profession, name = excluded.name, email = excluded.email, number = excluded.number,
        price = excluded.price, order_state = excluded.order_state, buyer = excluded.buyer,
        buyer_email = excluded.buyer_email, payment = excluded.payment, method = excluded.method,
        created_at = excluded.created_at, completed_at = excluded.completed_at,
        cancelled_at = excluded.cancelled_at, said = excluded.said;
END $$;
