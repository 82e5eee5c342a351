"""Lines are matched in bulk: of each batch every meaning is asked once, and what leaves no doubt is booked after.

Bookings are transactions of their own, each about one line: a worker that dies loses none, and nobody waits for ten
thousand. Who decides about a line meanwhile is first.
"""

from __future__ import annotations

from django.db.models import Q

from kring.banking import deciding
from kring.banking.models import BankingSettings, StatementLine
from kring.banking.proposing import propose, propose_again
from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.tenancy import scope

BATCH = 1000


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
    propose(lines)
    return len(lines)


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
            StatementLine.objects.open().filter(pk=key).update(is_by_hand=True)
            propose_again(key)
        return False
