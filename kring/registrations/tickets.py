"""Tickets are issued with the registration's completion, and stay through its ups and downs (K1)."""

from __future__ import annotations

from collections.abc import Sequence

from kring.registrations.models import Registration, Ticket


def issue(registrations: Sequence[Registration]) -> list[Ticket]:
    """The ticket of each registration, in their order; one that was issued before is kept."""
    known = {ticket.registration_id: ticket for ticket in Ticket.objects.filter(registration__in=registrations)}
    new = [
        Ticket(registration=registration, holder_number=registration.attendee_id)  # type: ignore[misc] # the database insists
        for registration in registrations
        if registration.pk not in known
    ]
    known |= {ticket.registration_id: ticket for ticket in Ticket.objects.bulk_create(new)}
    return [known[registration.pk] for registration in registrations]
