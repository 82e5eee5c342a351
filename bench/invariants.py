"""What must be true in the database after any load, asked as its owner, whom no policy binds."""

from __future__ import annotations

import psycopg

# Each names rows that must not exist.
NEVER = {
    "a pool that counts other than its claims": """
        SELECT p.id FROM places_pool p LEFT JOIN places_claim c ON c.pool_id = p.id
        GROUP BY p.id HAVING p.taken <> coalesce(sum(c.quantity), 0)""",
    "a pool that gave more places than it has": "SELECT id FROM places_pool WHERE taken > capacity",
    "a completed registration without exactly one ticket": """
        SELECT r.id FROM registrations_registration r LEFT JOIN registrations_ticket t ON t.registration_id = r.id
        WHERE r.state = 'completed' GROUP BY r.id HAVING count(t.id) <> 1""",
    "a ticket of a registration that never was completed": """
        SELECT t.id FROM registrations_ticket t JOIN registrations_registration r ON r.id = t.registration_id
        WHERE r.state NOT IN ('completed', 'cancelled')""",
    "a completed registration that holds no place for good": """
        SELECT r.id FROM registrations_registration r JOIN places_hold h ON h.id = r.hold_id
        LEFT JOIN places_claim c ON c.hold_id = h.id
        WHERE r.state = 'completed' AND (h.expires_at IS NOT NULL OR h.released_at IS NOT NULL OR c.id IS NULL)""",
    "a paid order with a registration that is not completed": """
        SELECT o.id FROM billing_order o JOIN billing_orderline l ON l.order_id = o.id
        JOIN registrations_registration r ON r.line_id = l.id WHERE o.state = 'paid' AND r.state <> 'completed'""",
    "an order without exactly one registration on each of its lines": """
        SELECT l.id FROM billing_orderline l LEFT JOIN registrations_registration r ON r.line_id = l.id
        WHERE l.kind = 'registration' GROUP BY l.id HAVING count(r.id) <> 1""",
    "a buyer without her confirmation, or with two": """
        SELECT o.id FROM billing_order o
        LEFT JOIN mail_message m ON m.subject_type = 'order' AND m.subject_id = o.id AND m.template = 'order-confirmed'
        WHERE o.state = 'paid' AND o.buyer_email LIKE '%@buyers.example' GROUP BY o.id HAVING count(m.id) <> 1""",
    "an attendee without the mail with her ticket, or with two": """
        SELECT r.id FROM registrations_registration r
        LEFT JOIN mail_message m ON m.subject_type = 'registration' AND m.subject_id = r.id AND m.template = 'ticket'
        WHERE r.state = 'completed' AND r.attendee_email LIKE '%@buyers.example'
        GROUP BY r.id HAVING count(m.id) <> 1""",
    "a mail without its job": """
        SELECT m.id FROM mail_message m LEFT JOIN procrastinate_jobs j
        ON j.task_name = 'mail.deliver' AND (j.args ->> 'message_id')::bigint = m.id
        GROUP BY m.id HAVING count(j.id) <> 1""",
    "a ticket let in twice": """
        SELECT ticket_id FROM checkin_scan WHERE result = 'valid' GROUP BY ticket_id HAVING count(*) > 1""",
    "a ticket let in without its scan": """
        SELECT t.id FROM registrations_ticket t LEFT JOIN checkin_scan s ON s.ticket_id = t.id AND s.result = 'valid'
        WHERE (t.admitted_at IS NULL) <> (s.id IS NULL)""",
    "a registration that its list tells of otherwise": """
        SELECT r.id FROM registrations_registration r JOIN billing_orderline l ON l.id = r.line_id
        JOIN billing_order o ON o.id = l.order_id LEFT JOIN registrations_ticket t ON t.registration_id = r.id
        LEFT JOIN registrations_listed d ON d.registration_id = r.id
        WHERE (d.state, d.order_state, d.price, d.email, d.buyer_email, d.completed_at, d.issued_at, d.admitted_at)
        IS DISTINCT FROM (r.state, o.state, l.amount, lower(r.attendee_email), lower(o.buyer_email), r.completed_at,
            t.issued_at, t.admitted_at)""",
    "an account that stands twice": "SELECT email FROM accounts_user GROUP BY email HAVING count(*) > 1",
}


def broken(database: str) -> list[str]:
    with psycopg.connect(database) as connection:
        counted = {
            name: connection.execute(f"SELECT count(*) FROM ({query}) AS found").fetchone()
            for name, query in NEVER.items()
        }
    return [f"{row[0]} × {name}" for name, row in counted.items() if row and row[0]]


def number(database: str, query: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def completed(database: str, slug: str) -> int:
    return number(
        database,
        "SELECT count(*) FROM registrations_registration r JOIN events_event e ON e.id = r.event_id "
        f"WHERE e.slug = '{slug}' AND r.state = 'completed'",
    )


def let_in(database: str) -> int:
    return number(database, "SELECT count(*) FROM registrations_ticket WHERE admitted_at IS NOT NULL")
