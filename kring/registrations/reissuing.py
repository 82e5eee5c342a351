"""Sending a ticket again."""

from __future__ import annotations

from kring.core.refusals import WrongState
from kring.organisations import audit
from kring.registrations.mails import send_ticket_again
from kring.registrations.models import Registration, Ticket


def send_again(ticket: Ticket) -> None:
    """By mail to the attendee. Raises WrongState when the ticket is not valid: they would be refused at the door."""
    registration = ticket.registration
    if registration.state != Registration.State.COMPLETED:
        raise WrongState(state=registration.get_state_display())
    send_ticket_again(ticket)
    audit.log("ticket.sent_again", registration, new={"address": registration.attendee_email})
