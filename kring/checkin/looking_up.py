"""Finding an attendee without a readable code: by name, e-mail address, order number or short code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from kring.checkin.taking import to_pay_of
from kring.core.searching import words_of
from kring.events.models import Event
from kring.registrations import codes, searching
from kring.registrations.models import Registration
from kring.registrations.on_site import open_on_site

# Of those found; the first of them by name are shown.
MOST = 500


@dataclass(frozen=True, slots=True)
class LookUpResult:
    """`people` by name, with ticket and ticket type, and as `to_pay` what is to be paid on site; `are_similar`: nobody
    is called exactly so."""

    people: list[Registration]
    are_similar: bool = False


def look_up(words: str, event: Event, *, limit: int) -> LookUpResult:
    """Attendees of `event` matching `words`; answers to forms are not searched: a door needs none.

    At most `limit`. Raises Unsearchable, whose message is for people. Three statements, one more where nobody is found.
    """
    if read := codes.read_short(words) or codes.read(words):
        return LookUpResult(_shown([read.ticket_id], limit, by_ticket=event))
    wanted = words_of(words)
    if not wanted:
        return LookUpResult([])
    found = searching.find(wanted, event, most=MOST, people_only=True)
    return LookUpResult(_shown(found.keys, limit), found.are_similar)


def _shown(keys: list[int], limit: int, *, by_ticket: Event | None = None) -> list[Registration]:
    rows = Registration.objects.exclude(attendee_name="", may_be_unnamed=False).select_related(
        "ticket_type", "line", "team"
    )
    rows = rows.prefetch_related("tickets").annotate(
        open_on_site=open_on_site("line__order"), currency=F("line__order__currency")
    )
    rows = rows.filter(tickets__in=keys, event=by_ticket) if by_ticket else rows.filter(pk__in=keys)
    found: list[Any] = list(rows.order_by("attendee_name", "pk")[:limit])
    for each in found:
        each.to_pay = to_pay_of(each)
    return found
