"""What goes back of a cancelled ticket, as pages say it (R6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kring.events import refund_terms
from kring.events.models import Event, TicketType


@dataclass(frozen=True)
class TermsInWords:
    """`name`: of the ticket type they are for; "": for all others."""

    name: str
    lines: list[str]


def terms_in_words(event: Event, ticket_types: Iterable[TicketType], currency: str) -> list[TermsInWords]:
    """Those of the event where any of these types has no own ones, then the own ones. One statement.

    None where nothing was agreed, and participants do not cancel by themselves.
    """
    terms = refund_terms.terms_of(event)
    if not (event.may_cancel or terms.are_any):
        return []
    types = {each.pk: each for each in ticket_types}
    found = []
    if any(key not in terms.by_type for key in types):
        found.append(TermsInWords("", refund_terms.in_words(terms.general, currency)))
    own = [(each.name, terms.by_type[key]) for key, each in types.items() if key in terms.by_type]
    return found + [TermsInWords(name, refund_terms.in_words(each, currency)) for name, each in own]
