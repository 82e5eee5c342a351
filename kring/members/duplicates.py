"""Who may be in the register twice (M1): by name and date of birth, by email and name, by address and name.

Names count as they sound and as they are called. Found in the database by equal values, never each with each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, Q, QuerySet, TextField, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.core.tenancy import current_organisation_id
from kring.core.transactions import in_transaction
from kring.members.models import Member, ToldApart
from kring.organisations import audit

MOST = 1000
MOST_ALIKE = 5
# What more than so many share says nothing about any two of them: a day put in for an unknown one, the club's own
# address. It also bounds the work: each is compared with so many others at most.
SHARED = 50
REASONS: Mapping[str, str | Promise] = {
    "birth_date": _("same name and date of birth"),
    "email": _("same email, similar name"),
    "address": _("same address, similar name"),
}


@dataclass(frozen=True)
class Pair:
    """By their keys, the lower one first."""

    one: int
    other: int
    reasons: tuple[str, ...]


# Dates of birth that differ speak against it, unless day and month are exchanged or one digit is another.
_MAY_BE_ONE = """
    (a.birth_date IS NULL OR b.birth_date IS NULL OR a.birth_date = b.birth_date
        OR (date_part('year', a.birth_date) = date_part('year', b.birth_date)
            AND date_part('month', a.birth_date) = date_part('day', b.birth_date)
            AND date_part('day', a.birth_date) = date_part('month', b.birth_date))
        OR public.levenshtein(to_char(a.birth_date, 'YYYYMMDD'), to_char(b.birth_date, 'YYYYMMDD')) = 1)
"""
# First what is shared by at least two, then who they are: first names are looked at of these only. The sound of a last
# name is that of `members_sound`; most names have no accents to take away, which is what costs.
_PAIRS = f"""
WITH named AS MATERIALIZED (
    SELECT id, birth_date, email, other_email, postal_code, house_number, house_addition, first_name, call_name,
        CASE WHEN octet_length(last_name) = length(last_name) THEN lower(btrim(last_name))
            ELSE core_normal(last_name) END AS last
    FROM members_member WHERE organisation_id = %(organisation)s
), people AS MATERIALIZED (
    SELECT *, coalesce(nullif(public.dmetaphone(last), ''), last) COLLATE "C" AS sound FROM named
), births AS (
    SELECT birth_date, sound FROM people WHERE birth_date IS NOT NULL
    GROUP BY birth_date, sound HAVING count(*) BETWEEN 2 AND %(shared)s
), emails AS MATERIALIZED (
    SELECT id, email COLLATE "C" AS email FROM people WHERE email <> ''
    UNION ALL SELECT id, other_email FROM people WHERE other_email <> '' AND other_email <> email
), shared AS MATERIALIZED (
    SELECT id, email FROM emails
    WHERE email IN (SELECT email FROM emails GROUP BY email HAVING count(*) BETWEEN 2 AND %(shared)s)
), addresses AS (
    SELECT postal_code COLLATE "C" AS postal_code, house_number COLLATE "C" AS house_number, sound FROM people
    WHERE postal_code <> '' AND house_number <> '' GROUP BY 1, 2, 3 HAVING count(*) BETWEEN 2 AND %(shared)s
), near AS (
    SELECT a.id AS one, b.id AS other, 'birth_date' AS reason FROM births
        JOIN people a USING (birth_date, sound) JOIN people b USING (birth_date, sound) WHERE a.id < b.id
    UNION ALL
    SELECT a.id, b.id, 'email' FROM shared one
        JOIN shared other ON one.email = other.email AND one.id < other.id
        JOIN people a ON a.id = one.id JOIN people b ON b.id = other.id
        WHERE {_MAY_BE_ONE} AND (a.sound = b.sound OR public.similarity(a.last, b.last) >= 0.4)
    UNION ALL
    SELECT a.id, b.id, 'address' FROM addresses
        JOIN people a USING (postal_code, house_number, sound) JOIN people b USING (postal_code, house_number, sound)
        WHERE a.id < b.id AND a.house_addition = b.house_addition AND {_MAY_BE_ONE}
), called AS MATERIALIZED (
    SELECT id, core_normal(first_name) AS first, core_normal(call_name) AS called FROM people
    WHERE id IN (SELECT one FROM near UNION SELECT other FROM near)
)
SELECT one, other, array_agg(DISTINCT reason ORDER BY reason) FROM near
JOIN called a ON a.id = one JOIN called b ON b.id = other
WHERE members_first_names_alike(a.first, a.called, b.first, b.called) AND NOT EXISTS (
    SELECT FROM members_toldapart apart WHERE apart.organisation_id = %(organisation)s
        AND apart.one_id = near.one AND apart.other_id = near.other
)
GROUP BY one, other ORDER BY count(DISTINCT reason) DESC, one, other LIMIT %(most)s
"""


def pairs(*, most: int = MOST) -> list[Pair]:
    """Those nobody has told apart, those with most reasons first. Two statements."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '64MB', true)")
        cursor.execute(_PAIRS, {"organisation": current_organisation_id(), "most": most, "shared": SHARED})
        return [Pair(one, other, tuple(reasons)) for one, other, reasons in cursor.fetchall()]


def like(values: Mapping[str, object]) -> QuerySet[Member]:
    """Members who may be the person of these values, by column. One statement, by indexes."""
    emails = [values[name] for name in ("email", "other_email") if values.get(name)]
    near = Q(email__in=emails) if emails else Q(pk=None)
    if values.get("birth_date"):
        near |= Q(birth_date=values["birth_date"])
    if values.get("postal_code") and values.get("house_number"):
        near |= Q(postal_code=values["postal_code"], house_number=values["house_number"])
    first, called = (_normal(Value(values.get(name) or "")) for name in ("first_name", "call_name"))
    names = [_normal(F("first_name")), _normal(F("call_name")), first, called]
    is_called_so = Func(*names, function="members_first_names_alike", output_field=BooleanField())
    sound = Func(Value(values.get("last_name") or ""), function="members_sound", output_field=TextField())
    rows = Member.objects.filter(near).alias(
        is_called_so=is_called_so, sound=Func("last_name", function="members_sound", output_field=TextField())
    )
    born = Q()
    if values.get("birth_date"):
        same = Q(first_name__iexact=values.get("first_name") or "", last_name__iexact=values.get("last_name") or "")
        born = Q(birth_date=None) | Q(birth_date=values["birth_date"]) | same
    return rows.filter(born, sound=sound, is_called_so=True)[:MOST_ALIKE]


@in_transaction
def tell_apart(one: Member, other: Member, *, by: User | None) -> None:
    """They are two people, and not shown as duplicates again. Once more: nothing happens."""
    first, second = sorted((one, other), key=lambda member: member.pk)
    _row, is_new = ToldApart.objects.get_or_create(one=first, other=second, defaults={"by": by})
    if is_new:
        audit.log("member.told_apart", first, new={"number": second.number, "name": second.name})


def _normal(text: Expression | F) -> Func:
    return Func(text, function="core_normal", output_field=TextField())
