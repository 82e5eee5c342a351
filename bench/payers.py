"""An organisation of any number of members who pay contributions: families, guardians, fee tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from kring.core.tenancy import scope
from kring.dues.fees import Period
from kring.dues.kinds import PeriodKind, ReductionEffect, ReductionKind
from kring.dues.models import FeeRow, FeeTable, Reduction
from kring.members.models import MembershipType
from kring.organisations.models import Organisation

SINCE = date(2020, 1, 1)
FEES = {"Youth": [(0, 11, 90), (12, 17, 120), (18, None, 160)], "Adult": [(0, None, 180)], "Supporter": [(0, None, 25)]}

# Of ten members four are alone, and of the two families in which the others live a guardian pays for one: eight bills.
FILL = """
CREATE TEMPORARY TABLE filled ON COMMIT DROP AS SELECT n, n %% 10 AS place, nextval('members_member_id_seq') AS id,
    CASE WHEN n %% 10 < 6 THEN (n / 10) * 2 + (n %% 10) / 3 END AS home FROM generate_series(0, %(count)s - 1) n;
CREATE TEMPORARY TABLE homes ON COMMIT DROP AS
    SELECT home, nextval('members_household_id_seq') AS id
    FROM (SELECT DISTINCT home FROM filled WHERE home IS NOT NULL) f;
INSERT INTO members_household (id, name, street, house_number, house_addition, postal_code, city, country, created_at)
    SELECT id, 'Family ' || home, 'Street', (1 + home %% 90)::text, '', '1000 AB', 'Utrecht', 'NL', now() FROM homes;
INSERT INTO members_member (id, number, state, first_name, call_name, initials, name_prefix, last_name, gender,
    birth_date, email, other_email, phone, other_phone, street, house_number, house_addition, postal_code, city,
    country, language, notes, joined_on, has_own_address, created_at, household_id)
SELECT f.id, 'M' || n, CASE n %% 101 WHEN 100 THEN 'honorary' ELSE 'active' END,
    (ARRAY['Łucja','Jan','Zofia','Émile','Anna','Piet','Sanne','Marek','Ada','Wojciech'])[1 + n %% 10], '', '', '',
    'Bakker' || translate(n::text, '0123456789', 'aeioubdfgk'), '',
    CASE WHEN place IN (1, 2, 4, 5) THEN date '2012-01-01' ELSE date '1970-01-01' END
    + (n * 31 %% 3600)::int,
    CASE WHEN place IN (4, 5) THEN '' ELSE 'member-' || n || '@people.example' END, '', '', '',
    'Street', (1 + n %% 200)::text, '', '1000 AB', 'Utrecht', 'NL', (ARRAY['nl','en','pl'])[1 + n %% 3], '',
    date '2010-01-01' + (n * 7 %% 5800)::int, false, now(), h.id
FROM filled f LEFT JOIN homes h USING (home);
INSERT INTO members_statusperiod (member_id, state, during, reason, recorded_at)
SELECT m.id, m.state, daterange(m.joined_on, NULL), '', now() FROM members_member m JOIN filled USING (id);
INSERT INTO members_membership (member_id, type_id, during)
SELECT m.id, t.id, daterange(m.joined_on, NULL) FROM members_member m JOIN filled f USING (id)
JOIN members_membershiptype t ON t.name = CASE WHEN f.place IN (1, 2, 4, 5) THEN 'Youth'
    WHEN f.place = 9 THEN 'Supporter' ELSE 'Adult' END;
INSERT INTO members_guardian (name, email, phone, other_phone, is_payer, created_at, household_id)
SELECT 'Gerda Veld' || translate(home::text, '0123456789', 'aeioubdfgk'),
    'guardian-' || home || '@people.example', '', '', true, now(), id FROM homes
WHERE home %% 2 = 1
"""


def organisation(name: str, members: int) -> Organisation:
    made: Organisation = Organisation.objects.create(
        name=name.title(), subdomain=name, contact_email=f"office@{name}.example", status="active", currency="EUR"
    )
    with scope(made):
        for type_, rows in FEES.items():
            _fees(MembershipType.objects.create(name=type_), rows)
        half: dict[str, Any] = {"effect": ReductionEffect.PERCENT, "amount": Decimal(50), "nth": 2, "or_later": True}
        most: dict[str, Any] = {"effect": ReductionEffect.FIXED, "amount": Decimal(300)}
        Reduction.objects.create(kind=ReductionKind.NTH_CHILD, names={"en": "second child"}, valid_from=SINCE, **half)
        Reduction.objects.create(kind=ReductionKind.CAP, names={"en": "most of a family"}, valid_from=SINCE, **most)
        with connection.cursor() as cursor:
            # Numbers of our own only.
            cursor.execute(FILL % {"count": members})
    return made


def _fees(type_: MembershipType, rows: list[tuple[int, int | None, int]]) -> None:
    table = FeeTable.objects.create(
        type=type_, valid_from=SINCE, begins_on=SINCE, age_month=7, age_day=1, on_joining="month"
    )
    for first, last, amount in rows:
        FeeRow.objects.create(table=table, from_age=first, to_age=last, amount=Decimal(amount))


def year(number: int = 0) -> Period:
    """This one, or so many after it."""
    of = timezone.localdate().year + number
    return Period(PeriodKind.YEAR, date(of, 1, 1), date(of, 12, 31))
