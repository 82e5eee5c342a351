"""Certificates are made in jobs after the check-in, not during it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from kring.certificates import issuing
from kring.checkin.admission import on_first_admission, on_undone
from kring.core.jobs import job, later
from kring.events.models import Event
from kring.organisations.current import current_organisation
from kring.registrations.correcting import on_named
from kring.registrations.models import Registration, Ticket


@job("certificates.issue", tries_again_after=(10, 60, 600, 3600))
def issue(ticket_id: int) -> None:
    """Nothing for a ticket that is gone, without a name, or whose check-in was undone; later where the event now ends
    later."""
    ticket = Ticket.objects.select_related("registration__event").filter(pk=ticket_id).first()
    if ticket is None or ticket.admitted_at is None or not ticket.registration.attendee_name:
        return
    if at := _has_to_wait_until(ticket.registration.event):
        later(issue, at=at, ticket_id=ticket_id)
        return
    issuing.issue(ticket_id)


@on_first_admission
def issue_soon(ticket: Ticket) -> None:
    event = ticket.registration.event
    if event.grants_certificates:
        later(issue, at=_has_to_wait_until(event), ticket_id=ticket.pk)


@on_named
def issue_to_whom_was_named(registration: Registration) -> None:
    """Sold without a name, checked in, and named after that: as everybody else who came."""
    if registration.event.grants_certificates:
        for ticket in Ticket.objects.filter(registration=registration, admitted_at__isnull=False):
            later(issue, at=_has_to_wait_until(registration.event), ticket_id=ticket.pk)


@on_undone
def withdraw(ticket: Ticket) -> None:
    issuing.withdraw(ticket)


def _has_to_wait_until(event: Event) -> datetime | None:
    """The event's end, where the organisation wants that and it is still to come (C4)."""
    return event.ends_at if current_organisation().certificates_wait and event.ends_at > timezone.now() else None
