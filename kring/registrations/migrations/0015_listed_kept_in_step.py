from django.db import migrations

# What a row is made of. Whoever writes one holds the lock of its registration, so that nobody writes what another has
# changed since; what the ticket says is the ticket's trigger's alone. Answers: those with a choice whole, for they are
# compared with; of texts as much as a sort needs (`listed.BEGINNING`).
ROWS = """
    SELECT r.organisation_id, r.id, r.event_id, r.attraction_id, r.ticket_type_id, r.state, r.profession,
        left(registrations_normal(r.attendee_name), 200), lower(r.attendee_email), lower(o.number),
        l.amount, o.state, left(registrations_normal(o.buyer_name), 200), lower(o.buyer_email), p.state, p.method,
        r.created_at, r.completed_at, r.cancelled_at, t.issued_at, t.admitted_at, coalesce(t.admitted_where, ''),
        CASE WHEN r.basic_id IS NULL AND r.submission_id IS NULL THEN '{{}}'::jsonb ELSE coalesce((
            SELECT jsonb_object_agg(a.name, left(a.sort, CASE WHEN a.type IN ('choice', 'choices') THEN 310 ELSE 60 END))
            FROM registrations_answer a WHERE a.organisation_id = r.organisation_id AND a.registration_id = r.id
        ), '{{}}') END
    FROM registrations_registration r
    JOIN billing_orderline l ON l.organisation_id = r.organisation_id AND l.id = r.line_id
    JOIN billing_order o ON o.organisation_id = r.organisation_id AND o.id = l.order_id
    LEFT JOIN registrations_ticket t ON t.organisation_id = r.organisation_id AND t.registration_id = r.id
    LEFT JOIN LATERAL (
        SELECT state, method FROM payments_payment WHERE organisation_id = r.organisation_id AND order_id = l.order_id
        ORDER BY {rank}, created_at DESC, id DESC LIMIT 1
    ) AS p ON true
    {which}
"""
RANK = "CASE WHEN state = 'paid' THEN 0 WHEN state IN ('created', 'pending') THEN 1 ELSE 2 END"
INSERT = (
    """
    INSERT INTO registrations_listed
        (organisation_id, registration_id, event_id, attraction_id, ticket_type_id, state, profession, name, email, number,
         price, order_state, buyer, buyer_email, payment, method, created_at, completed_at, cancelled_at, issued_at, admitted_at, admitted_where, said)
"""
    + ROWS
)
# An UPDATE that finds no row: it is of before there were rows, and the migration that makes those has not come to it.
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION registrations_list(ours bigint, these bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    {INSERT.format(rank=RANK, which="WHERE r.organisation_id = ours AND r.id = ANY(these)")}
    ON CONFLICT (organisation_id, registration_id) DO UPDATE SET
        event_id = excluded.event_id, attraction_id = excluded.attraction_id,
        ticket_type_id = excluded.ticket_type_id, state = excluded.state,
        profession = excluded.profession, name = excluded.name, email = excluded.email, number = excluded.number,
        price = excluded.price, order_state = excluded.order_state, buyer = excluded.buyer,
        buyer_email = excluded.buyer_email, payment = excluded.payment, method = excluded.method,
        created_at = excluded.created_at, completed_at = excluded.completed_at,
        cancelled_at = excluded.cancelled_at, said = excluded.said;
END $$;

CREATE OR REPLACE FUNCTION registrations_made() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record;
BEGIN
    FOR part IN
        SELECT organisation_id AS ours, array_agg(id) AS these,
               array_agg(id) FILTER (WHERE basic_id IS NOT NULL OR submission_id IS NOT NULL) AS answered
        FROM fresh GROUP BY organisation_id
    LOOP
        IF part.answered IS NOT NULL THEN
            PERFORM registrations_note_answers(part.ours, part.answered);
        END IF;
        PERFORM registrations_note_words(part.ours, part.these);
        PERFORM registrations_list(part.ours, part.these);
    END LOOP;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION registrations_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM registrations_note_answers(NEW.organisation_id, ARRAY[NEW.id]);
    PERFORM registrations_note_words(NEW.organisation_id, ARRAY[NEW.id]);
    PERFORM registrations_list(NEW.organisation_id, ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION registrations_answers_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE these bigint[] := ARRAY(
    SELECT id FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND basic_id = NEW.id
    UNION
    SELECT id FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND submission_id = NEW.id
);
BEGIN
    IF these <> '{{}}' THEN
        PERFORM FROM registrations_registration WHERE organisation_id = NEW.organisation_id AND id = ANY(these)
            ORDER BY id FOR NO KEY UPDATE;
        PERFORM registrations_note_answers(NEW.organisation_id, these);
        PERFORM registrations_note_words(NEW.organisation_id, these);
        PERFORM registrations_list(NEW.organisation_id, these);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_listed SET
        state = NEW.state, attraction_id = NEW.attraction_id, ticket_type_id = NEW.ticket_type_id,
        profession = NEW.profession, name = left(registrations_normal(NEW.attendee_name), 200),
        email = lower(NEW.attendee_email), created_at = NEW.created_at, completed_at = NEW.completed_at,
        cancelled_at = NEW.cancelled_at
    WHERE organisation_id = NEW.organisation_id AND registration_id = NEW.id;
    IF NOT FOUND THEN
        PERFORM registrations_list(NEW.organisation_id, ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_price_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE these bigint[];
BEGIN
    these := ARRAY(SELECT id FROM registrations_registration
        WHERE organisation_id = NEW.organisation_id AND line_id = NEW.id ORDER BY id FOR NO KEY UPDATE);
    PERFORM registrations_list(NEW.organisation_id, these);
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_tickets_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_listed l
    SET issued_at = t.issued_at, admitted_at = t.admitted_at, admitted_where = t.admitted_where
    FROM fresh t WHERE l.organisation_id = t.organisation_id AND l.registration_id = t.registration_id;
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_ticket_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_listed
    SET issued_at = NEW.issued_at, admitted_at = NEW.admitted_at, admitted_where = NEW.admitted_where
    WHERE organisation_id = NEW.organisation_id AND registration_id = NEW.registration_id;
    RETURN NULL;
END $$;

CREATE FUNCTION registrations_ticket_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registrations_listed SET issued_at = NULL, admitted_at = NULL, admitted_where = ''
    WHERE organisation_id = OLD.organisation_id AND registration_id = OLD.registration_id;
    RETURN NULL;
END $$;

-- Of all who write such rows: first the registrations, in the order of their keys.
CREATE FUNCTION registrations_of_order(ours bigint, its_order bigint) RETURNS bigint[] LANGUAGE plpgsql AS $$
BEGIN
    RETURN ARRAY(
        SELECT r.id FROM billing_orderline l
        JOIN registrations_registration r ON r.organisation_id = ours AND r.line_id = l.id
        WHERE l.organisation_id = ours AND l.order_id = its_order ORDER BY r.id FOR NO KEY UPDATE OF r
    );
END $$;

CREATE FUNCTION registrations_order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE these bigint[] := registrations_of_order(NEW.organisation_id, NEW.id);
BEGIN
    UPDATE registrations_listed SET
        number = lower(NEW.number), order_state = NEW.state, buyer = left(registrations_normal(NEW.buyer_name), 200),
        buyer_email = lower(NEW.buyer_email)
    WHERE organisation_id = NEW.organisation_id AND registration_id = ANY(these);
    RETURN NULL;
END $$;

-- Looked at after the lock: two attempts of one order may change at once.
CREATE FUNCTION registrations_payment_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE these bigint[] := registrations_of_order(NEW.organisation_id, NEW.order_id);
BEGIN
    UPDATE registrations_listed l SET payment = counts.state, method = counts.method
    FROM (
        SELECT state, method FROM payments_payment
        WHERE organisation_id = NEW.organisation_id AND order_id = NEW.order_id
        ORDER BY {RANK}, created_at DESC, id DESC LIMIT 1
    ) AS counts
    WHERE l.organisation_id = NEW.organisation_id AND l.registration_id = ANY(these)
        AND (l.payment, l.method) IS DISTINCT FROM (counts.state, counts.method);
    RETURN NULL;
END $$;
"""
# As in 0013: only one plan is right for all times to come.
SETTINGS = {"join_collapse_limit": "1", "enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
SETTINGS |= {"plan_cache_mode": "force_generic_plan"}
PLANS = "".join(
    f"ALTER FUNCTION registrations_list(bigint, bigint[]) SET {name} = {value};\n" for name, value in SETTINGS.items()
)
# The conditions are asked before a function is called.
TRIGGERS = """
CREATE TRIGGER registration_is_changed AFTER UPDATE ON registrations_registration FOR EACH ROW
    WHEN (NEW.state <> OLD.state OR NEW.attendee_name <> OLD.attendee_name
          OR NEW.attendee_email <> OLD.attendee_email OR NEW.profession <> OLD.profession
          OR NEW.attraction_id <> OLD.attraction_id OR NEW.ticket_type_id <> OLD.ticket_type_id
          OR NEW.created_at <> OLD.created_at OR NEW.completed_at IS DISTINCT FROM OLD.completed_at
          OR NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at)
    EXECUTE FUNCTION registrations_changed();
CREATE TRIGGER price_of_registration_is_changed AFTER UPDATE ON billing_orderline FOR EACH ROW
    WHEN (NEW.amount <> OLD.amount) EXECUTE FUNCTION registrations_price_changed();
CREATE TRIGGER tickets_are_made AFTER INSERT ON registrations_ticket
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION registrations_tickets_made();
CREATE TRIGGER ticket_is_changed AFTER UPDATE ON registrations_ticket FOR EACH ROW
    WHEN (NEW.issued_at <> OLD.issued_at OR NEW.admitted_at IS DISTINCT FROM OLD.admitted_at
          OR NEW.admitted_where <> OLD.admitted_where)
    EXECUTE FUNCTION registrations_ticket_changed();
CREATE TRIGGER ticket_is_gone AFTER DELETE ON registrations_ticket FOR EACH ROW
    EXECUTE FUNCTION registrations_ticket_gone();
CREATE TRIGGER order_of_registrations_is_changed AFTER UPDATE ON billing_order FOR EACH ROW
    WHEN (NEW.state <> OLD.state OR NEW.buyer_name <> OLD.buyer_name OR NEW.buyer_email <> OLD.buyer_email
          OR NEW.number <> OLD.number)
    EXECUTE FUNCTION registrations_order_changed();
CREATE TRIGGER payment_is_made AFTER INSERT ON payments_payment FOR EACH ROW
    EXECUTE FUNCTION registrations_payment_changed();
CREATE TRIGGER payment_is_changed AFTER UPDATE ON payments_payment FOR EACH ROW
    WHEN (NEW.state <> OLD.state OR NEW.method <> OLD.method) EXECUTE FUNCTION registrations_payment_changed();
"""
# The functions of 0008 keep calling one that does nothing any more.
BACKWARDS = """
DROP TRIGGER payment_is_changed ON payments_payment;
DROP TRIGGER payment_is_made ON payments_payment;
DROP TRIGGER ticket_is_gone ON registrations_ticket;
DROP TRIGGER ticket_is_changed ON registrations_ticket;
DROP TRIGGER tickets_are_made ON registrations_ticket;
DROP TRIGGER price_of_registration_is_changed ON billing_orderline;
DROP TRIGGER registration_is_changed ON registrations_registration;
DROP TRIGGER order_of_registrations_is_changed ON billing_order;
DROP FUNCTION registrations_payment_changed(), registrations_order_changed(), registrations_of_order(bigint, bigint),
    registrations_ticket_gone(), registrations_ticket_changed(),
    registrations_tickets_made(), registrations_price_changed(), registrations_changed();
CREATE OR REPLACE FUNCTION registrations_list(ours bigint, these bigint[]) RETURNS void LANGUAGE sql AS '';
"""


class Migration(migrations.Migration):
    dependencies = [("registrations", "0014_listed"), ("payments", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + PLANS + TRIGGERS, BACKWARDS)]
