"""Certificates are made behind the door, not in it."""

from __future__ import annotations

from kring.certificates import issuing
from kring.checkin.admission import on_first_admission
from kring.core.jobs import job, later
from kring.registrations.models import Ticket


@job("certificates.issue", tries_again_after=(10, 60, 600, 3600))
def issue(ticket_id: int) -> None:
    issuing.issue(ticket_id)


@on_first_admission
def issue_soon(ticket: Ticket) -> None:
    if ticket.registration.event.grants_certificates:
        later(issue, ticket_id=ticket.pk)
