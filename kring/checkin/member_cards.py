"""A member's card at the door: proof of membership, and the way to that person's ticket (M3, K2).

It lets nobody in by itself: a person looks, and lets in with the ticket that was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from kring.events.models import Event
from kring.members import cards
from kring.members.models import Member
from kring.registrations.models import Registration, Ticket


@dataclass(frozen=True)
class CardResult:
    """Name, status, and whether the card is valid: never more. `ticket`: theirs for this event, if it may be let in."""

    is_valid: bool
    name: str
    message: str
    note: str = ""
    ticket: Ticket | None = None


def look(code: str, event: Event) -> CardResult | None:
    """None where this is no card of this organisation. Two statements; nothing is recorded."""
    found = cards.read(code)
    if found is None:
        return None
    member = found.member
    if not found.is_current:
        return CardResult(False, "", _("This card is no longer valid: it was replaced by another one."))
    status = str(member.get_state_display())
    if not found.is_valid:
        return CardResult(False, member.name, _("No valid membership: %(status)s.") % {"status": status})
    ticket = _ticket_of(member, event)
    return CardResult(True, member.name, _("Member: %(status)s.") % {"status": status}, _note(ticket), ticket)


def _note(ticket: Ticket | None) -> str:
    if ticket is None:
        return _("No ticket for this event.")
    return _("Checked in already.") if ticket.admitted_at else _("Has a ticket for this event.")


def _ticket_of(member: Member, event: Event) -> Ticket | None:
    """One that is not used yet before one that is."""
    theirs = Q(registration__member=member)
    if member.user_id is not None:
        theirs |= Q(registration__member=None, registration__attendee=member.user_id)
    rows = (
        Ticket.objects.select_related("registration__event")
        .filter(theirs, registration__event=event, registration__state=Registration.State.COMPLETED)
        .order_by("admitted_at", "pk")
    )
    unused: Ticket | None = rows.filter(admitted_at=None).first()
    return unused or rows.first()
