"""Tickets are issued with the registration's completion, and stay through its ups and downs (K1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils import timezone

from kring.registrations.models import Registration, Ticket

# The number of issues is stored above the number of its holder, so that no earlier code is ever valid again.
ONCE_MORE = 10**12
# Holder of what was sold without an address: no account has this number.
NOBODY = ONCE_MORE


def issue(registrations: Sequence[Registration]) -> list[Ticket]:
    """The ticket of each registration, in their order; one that was issued before is kept. One statement, if they were
    loaded and none had one; else two."""
    before = [each for each in registrations if getattr(each, "has_ticket", True)]
    rows: Iterable[Ticket] = Ticket.objects.filter(registration__in=before) if before else []
    known = {ticket.registration_id: ticket for ticket in rows}
    new = [
        Ticket(registration=registration, holder_number=registration.attendee_id or NOBODY)
        for registration in registrations
        if registration.pk not in known
    ]
    known |= {ticket.registration_id: ticket for ticket in Ticket.objects.bulk_create(new)}
    return [known[registration.pk] for registration in registrations]


def issue_anew(ticket: Ticket, holder: int) -> bool:
    """For another holder, or one who must not be let in by the code there was; False once it has been let in.

    The door's statement has the same number in its condition: of two at once one comes first, the other does nothing.
    """
    number = (ticket.holder_number // ONCE_MORE + 1) * ONCE_MORE + holder
    waiting = Ticket.objects.filter(pk=ticket.pk, holder_number=ticket.holder_number, admitted_at=None)
    if not waiting.update(holder_number=number, issued_at=timezone.now()):
        return False
    ticket.holder_number = number
    return True
