"""A register of 100,000 members with fifteen own fields: what it holds."""

from __future__ import annotations

from django.db import connection

from bench.answers import questions
from kring.forms.models import Form

MEMBERS = 100_000
OWN = {
    "shirt": "choice",
    "diet": "choice",
    "workshops": "choices",
    "swims": "yes_no",
    "photos": "consent",
    "years": "number",
    "distance": "number",
    "arrives": "date",
    "vetted": "date",
    "troop": "text",
    "remarks": "long_text",
    "guardian": "email",
    "emergency": "phone",
    "nationality": "country",
    "bus": "choice",
}

FILL = """
INSERT INTO members_membershiptype (name, description, notice_months, notice_until, position)
SELECT name, '', 1, 'month', 0 FROM unnest(ARRAY['Youth', 'Adult', 'Supporter']) AS name;
INSERT INTO members_group (name, created_at) SELECT 'Team ' || n, now() FROM generate_series(1, 40) n;
CREATE TEMPORARY TABLE filled ON COMMIT DROP AS
SELECT n, nextval('forms_submission_id_seq') AS own, nextval('members_member_id_seq') AS id
FROM generate_series(1, %(count)s) n;
INSERT INTO forms_submission (id, version_id, answers, created_at, updated_at)
SELECT own, %(version)s, jsonb_build_object(
    'shirt', (ARRAY['XS','S','M','L','XL','XXL'])[1 + n %% 6],
    'workshops', jsonb_build_array('Knots', (ARRAY['Fire','First aid','Maps'])[1 + n %% 3]),
    'swims', n %% 3 = 0, 'photos', true, 'years', (n %% 30)::text, 'distance', ((n * 7919) %% 100000 / 10.0)::text,
    'arrives', (date '2026-08-01' + (n %% 5)::int)::text, 'vetted', (date '2020-08-01' + (n %% 2000)::int)::text,
    'troop', n %% 400 || ' Troop', 'remarks', 'Number ' || n || ' wishes ' || md5((n * 3)::text),
    'guardian', 'guardian' || n || '@example.org', 'emergency', '+48 601 ' || n,
    'nationality', (ARRAY['PL','NL'])[1 + n %% 2],
    'bus', (ARRAY['from Warsaw','from Kraków','from Gdańsk','none'])[1 + n %% 4])
    || CASE WHEN n %% 10 = 0 THEN '{}'::jsonb ELSE jsonb_build_object(
        'diet', (ARRAY['everything','vegetarian','vegan','no gluten'])[1 + (n / 7) %% 4]) END, now(), now() FROM filled;
INSERT INTO members_member (id, number, state, first_name, call_name, initials, name_prefix, last_name, gender,
    birth_date, email, other_email, phone, other_phone, street, house_number, house_addition, postal_code, city,
    country, language, notes, joined_on, photo_consent, has_own_address, submission_id, created_at)
SELECT id, 'M' || n, CASE n %% 20 WHEN 0 THEN 'left' WHEN 1 THEN 'suspended' ELSE 'active' END,
    (ARRAY['Łucja','Jan','Zofia','Émile','Anna','Piet','Sanne','Marek','Ada','Wojciech'])[1 + n %% 10], '', '',
    CASE n %% 7 WHEN 2 THEN 'de' ELSE '' END,
    (ARRAY['Kowalski','Nowak','Vries','Wiśniewska','Jansen','Zieliński','Bakker'])[1 + n %% 7] || ' ' || md5(n::text),
    (ARRAY['f','m'])[1 + n %% 2], date '1950-01-01' + (n * 31 %% 25000)::int, 'member-' || n || '@people.example', '',
    '+31 6 ' || n, '', 'Street ' || n %% 997, (1 + n %% 200)::text, '', (1000 + n %% 8999) || ' AB',
    (ARRAY['Warszawa','Kraków','Gdańsk','Łódź','Amsterdam','Utrecht'])[1 + n %% 6], 'NL', 'nl', '',
    date '2000-01-01' + (n %% 9000)::int, (ARRAY[true, false, NULL])[1 + n %% 3], false, own, now()
FROM filled;
INSERT INTO members_statusperiod (member_id, state, during, reason, recorded_at)
SELECT m.id, m.state, daterange(m.joined_on, NULL), '', now() FROM members_member m JOIN filled USING (id);
INSERT INTO members_membership (member_id, type_id, during)
SELECT m.id, t.id, daterange(m.joined_on, NULL) FROM members_member m JOIN filled f USING (id)
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM members_membershiptype) t ON t.place = 1 + f.n %% 3;
INSERT INTO members_groupplace (group_id, member_id, part, joined_on)
SELECT g.id, f.id, 'participant', current_date FROM filled f
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM members_group) g ON g.place = 1 + f.n %% 50
"""


def fill() -> None:
    version = questions("member", OWN, retired_at=None)
    Form.objects.filter(pk=version.form_id).update(name="About members")
    with connection.cursor() as cursor:
        # Numbers of our own only.
        cursor.execute(FILL % {"count": MEMBERS, "version": version.pk})
