"""A hundred thousand people with twenty answers each, as the organiser's list is measured on."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

from kring.forms.models import Form, FormChoice, FormVersion, Question

BASIC = {
    "first_name": "text",
    "last_name": "text",
    "street": "text",
    "postal_code": "text",
    "city": "text",
    "country": "country",
    "birth_date": "date",
    "phone": "phone",
}
OWN = {
    "shirt": "choice",
    "diet": "choice",
    "workshops": "choices",
    "swims": "yes_no",
    "photos": "consent",
    "years": "number",
    "distance": "number",
    "arrives": "date",
    "troop": "text",
    "remarks": "long_text",
    "guardian": "email",
    "bus": "choice",
}
CHOICES = {
    "shirt": ["XS", "S", "M", "L", "XL", "XXL"],
    "diet": ["everything", "vegetarian", "vegan", "no gluten"],
    "workshops": ["Knots", "Fire", "First aid", "Maps", "Songs"],
    "bus": ["from Warsaw", "from Kraków", "from Gdańsk", "none"],
}

# The people already stand in registrations_registration of this event, without answers.
FILL = """
CREATE TEMPORARY TABLE filled ON COMMIT DROP AS
SELECT id, row_number() OVER (ORDER BY id) AS n, nextval('forms_submission_id_seq') AS basic,
       nextval('forms_submission_id_seq') AS own
FROM registrations_registration WHERE organisation_id = current_setting('kring.organisation_id')::bigint
    AND event_id = %(event)s;
INSERT INTO forms_submission (id, version_id, answers, created_at, updated_at)
SELECT basic, %(basic)s, jsonb_build_object(
    'first_name', (ARRAY['Łucja','Jan','Zofia','Émile','Anna','Piet','Sanne','Marek','Ada','Wojciech'])[1 + n %% 10],
    'last_name', (ARRAY['Kowalski','Nowak','de Vries','Wiśniewska','Jansen','Zieliński','Bakker'])[1 + n %% 7]
        || ' ' || md5(n::text),
    'street', 'Street ' || n %% 997, 'postal_code', lpad((n %% 99999)::text, 5, '0'),
    'city', (ARRAY['Warszawa','Kraków','Gdańsk','Łódź','Amsterdam','Utrecht'])[1 + n %% 6],
    'country', (ARRAY['PL','NL'])[1 + n %% 2], 'birth_date', (date '1990-01-01' + (n %% 9000)::int)::text,
    'phone', '+48 600 ' || n), now(), now() FROM filled;
INSERT INTO forms_submission (id, version_id, answers, created_at, updated_at)
SELECT own, %(own)s, jsonb_build_object(
    'shirt', (ARRAY['XS','S','M','L','XL','XXL'])[1 + n %% 6],
    'diet', (ARRAY['everything','vegetarian','vegan','no gluten'])[1 + (n / 7) %% 4],
    'workshops', jsonb_build_array('Knots', (ARRAY['Fire','First aid','Maps'])[1 + n %% 3]),
    'swims', n %% 3 = 0, 'photos', true, 'years', (n %% 30)::text, 'distance', ((n * 7919) %% 100000 / 10.0)::text,
    'arrives', (date '2026-08-01' + (n %% 5)::int)::text, 'troop', n %% 400 || ' Troop',
    'remarks', 'Number ' || n || ' wishes ' || md5((n * 3)::text), 'guardian', 'guardian' || n || '@example.org',
    'bus', (ARRAY['from Warsaw','from Kraków','from Gdańsk','none'])[1 + n %% 4]), now(), now() FROM filled;
UPDATE registrations_registration r SET basic_id = f.basic, submission_id = f.own
FROM filled f WHERE r.id = f.id AND r.organisation_id = current_setting('kring.organisation_id')::bigint;
UPDATE registrations_registration SET attendee_name = (ARRAY['Łucja','Jan','Zofia','Émile','Anna','Piet'])[1 + id %% 6]
    || ' ' || (ARRAY['Kowalski','Nowak','de Vries','Wiśniewska','Jansen'])[1 + id %% 5] || ' ' || id,
    state = CASE id %% 20 WHEN 0 THEN 'filled_in' WHEN 1 THEN 'paying' WHEN 2 THEN 'expired' ELSE 'completed' END
WHERE organisation_id = current_setting('kring.organisation_id')::bigint AND event_id = %(event)s;
UPDATE billing_order o SET state = CASE r.state WHEN 'expired' THEN 'expired' ELSE 'awaiting' END, paid_at = NULL
FROM registrations_registration r JOIN billing_orderline l ON l.id = r.line_id
WHERE l.order_id = o.id AND r.event_id = %(event)s AND r.state <> 'completed';
DELETE FROM registrations_ticket t USING registrations_registration r
WHERE r.id = t.registration_id AND r.event_id = %(event)s AND r.state <> 'completed';
UPDATE billing_orderline l SET amount = (l.id %% 7) * 12.5 FROM registrations_registration r
WHERE r.line_id = l.id AND r.event_id = %(event)s;
UPDATE billing_order o SET total = l.amount
FROM billing_orderline l JOIN registrations_registration r ON r.line_id = l.id
WHERE l.order_id = o.id AND r.event_id = %(event)s;
INSERT INTO payments_payment (order_id, method, account, settings, state, amount, refunded, currency, reference,
    provider_id, provider_data, failure_reason, polls, created_at, settled_at)
SELECT o.id, (ARRAY['transfer','cash','manual'])[1 + (o.id + attempt) %% 3], '', '', said.state, o.total, 0, 'EUR',
    format('L%%s-%%s', o.id, attempt), '', '{}', '', 0, o.created_at, CASE said.state WHEN 'paid' THEN now() END
FROM billing_order o JOIN billing_orderline l ON l.order_id = o.id
JOIN registrations_registration r ON r.line_id = l.id CROSS JOIN generate_series(1, 2) AS attempt
CROSS JOIN LATERAL (SELECT CASE WHEN attempt = 1 AND o.id %% 4 > 0 THEN NULL WHEN attempt = 1 THEN 'failed'
    WHEN r.state = 'completed' THEN 'paid' WHEN r.state = 'expired' THEN 'cancelled' ELSE 'pending' END AS state
) AS said
WHERE r.event_id = %(event)s AND said.state IS NOT NULL;
"""
# Row by row is how it happens in life; here all at once, by the same function.
NOTE = """
SELECT registrations_note_answers(organisation_id, array_agg(id)),
    registrations_note_words(organisation_id, array_agg(id)), registrations_list(organisation_id, array_agg(id))
FROM registrations_registration WHERE organisation_id = current_setting('kring.organisation_id')::bigint
    AND event_id = %(event)s GROUP BY organisation_id, id / 5000
"""

# Built at the end at a tenth of the price.
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE indexname = 'answers_of_an_event' OR indexname LIKE 'searchable\_%s'
"""


def fill(event_pk: int) -> None:
    """As the owner of the tables: triggers step aside meanwhile."""
    facts = {"event": event_pk, "basic": _form("basic", BASIC).pk, "own": _form("questionnaire", OWN).pk}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        # Numbers of our own only.
        cursor.execute(FILL % facts)
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        for name, _made in indexes:
            cursor.execute(f"DROP INDEX {name}")
        # A ticket that is gone is left to its trigger, which steps aside too.
        cursor.execute("DELETE FROM registrations_listed WHERE event_id = %s", [event_pk])
        cursor.execute("ANALYZE registrations_registration, forms_submission, forms_question, forms_choice")
        cursor.execute(NOTE % facts)
        for _name, made in indexes:
            cursor.execute(made)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("RESET ROLE")


def _form(purpose: str, wanted: dict[str, str]) -> FormVersion:
    # Not asked any more: the other journeys order without answering anything.
    return questions(purpose, wanted, retired_at=timezone.now())


def questions(purpose: str, wanted: dict[str, str], *, retired_at: datetime | None) -> FormVersion:
    form = Form.objects.create(name=purpose, purpose=purpose, retired_at=retired_at)
    version = FormVersion.objects.create(form=form)
    for position, (name, type) in enumerate(wanted.items()):
        question = Question.objects.create(
            version=version, position=position, name=name, type=type, label=name.replace("_", " ").capitalize()
        )
        FormChoice.objects.bulk_create(
            FormChoice(question=question, position=number, value=choice, label=choice)
            for number, choice in enumerate(CHOICES.get(name, []))
        )
    return version
