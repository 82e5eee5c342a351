"""Lines are matched in bulk: of each batch every meaning is asked once, and what leaves no doubt is booked after.

Bookings are transactions of their own, each about one line: a worker that dies loses none, and nobody waits for ten
thousand. Who decides about a line meanwhile is first.
"""

from __future__ import annotations

import json

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from kring.banking import deciding
from kring.banking.meanings import Meaning, by_rank
from kring.banking.models import BankingSettings, StatementLine
from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.tenancy import scope

BATCH = 1000
# The policy of the table keeps it within the organisation.
SAVE = """
    WITH matched AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS row(id, meaning, proposal))
    UPDATE banking_statementline AS line
    SET meaning = matched.meaning, proposal = matched.proposal::jsonb, matched_at = %s
    FROM matched
    WHERE line.organisation_id = current_setting('kring.organisation_id')::bigint AND line.id = matched.id
"""


def match_all(organisation_id: int) -> int:
    """All that wait for it; how many were booked. Opens scopes of its own."""
    while _in_scope_of(organisation_id):
        pass
    booked, last = 0, 0
    with scope(organisation_id):
        books = books_by_itself()
    while books and (keys := _certain(organisation_id, after=last)):
        for key in keys:
            booked += _book(organisation_id, key)
        last = keys[-1]
    return booked


def match_batch() -> int:
    """How many lines; a constant number of statements."""
    rows = StatementLine.objects.open().filter(matched_at=None).order_by("pk")
    lines = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    if not lines:
        return 0
    found: dict[int, tuple[str, Meaning]] = {}
    for meaning in by_rank():
        rest = [each for each in lines if each.pk not in found]
        found |= {key: (meaning.key, each) for key, each in meaning.find(rest).items()}
    for line in lines:
        key, meant = found.get(line.pk, ("", None))
        line.meaning, line.proposal = key, as_proposal(meant) if meant else {}
        line.matched_at = timezone.now()
    _save(lines)
    return len(lines)


def _save(lines: list[StatementLine]) -> None:
    """Django's own way compares each row with the keys of all: a thousand take seconds."""
    facts = [each.pk for each in lines], [each.meaning for each in lines], [json.dumps(each.proposal) for each in lines]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, [*facts, timezone.now()])


def as_proposal(found: Meaning) -> dict[str, object]:
    return {
        "code": found.code,
        "facts": dict(found.facts),
        "evidence": [{"code": each.code, "facts": dict(each.facts)} for each in found.evidence],
        "details": dict(found.details),
        "is_certain": found.is_certain,
    }


def books_by_itself() -> bool:
    settings = BankingSettings.objects.first()
    return settings is None or bool(settings.books_by_itself)


def again() -> None:
    """All open lines anew: orders may have been made since."""
    StatementLine.objects.open().update(matched_at=None)
    jobs.later("banking.match")


def _in_scope_of(organisation_id: int) -> int:
    with scope(organisation_id):
        return match_batch()


def _certain(organisation_id: int, *, after: int) -> list[int]:
    with scope(organisation_id):
        rows = StatementLine.objects.open().filter(Q(proposal__is_certain=True), is_by_hand=False, pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


def _book(organisation_id: int, key: int) -> bool:
    """False: it has changed since, and is left to a person."""
    try:
        with scope(organisation_id):
            return deciding.accept_by_itself(key)
    except Refusal:
        with scope(organisation_id):
            StatementLine.objects.open().filter(pk=key).update(matched_at=None, is_by_hand=True)
            match_batch()
        return False
