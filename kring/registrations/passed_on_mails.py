"""Mails about a ticket that was passed on: to who has it now, to who had it, and to who paid for it."""

from __future__ import annotations

from kring.accounts import welcome
from kring.accounts.models import User
from kring.mail import facts, outbox
from kring.organisations.current import current_organisation
from kring.registrations.mail_facts import contact, facts_of
from kring.registrations.mails import has_no_password
from kring.registrations.models import Ticket
from kring.registrations.recipients import reader_of, whom


def send(ticket: Ticket, *, name: str, email: str, former: User | None, limited: bool = False) -> None:
    """`name` and `email`: of whoever had it. Each address gets one mail."""
    _send_ticket(ticket, giver=name, limited=limited)
    order, now = ticket.registration.line.order, ticket.registration.attendee_email
    language = former.language if former else order.language
    parties = {email: (name, language)} if email else {}
    if order.buyer_email:
        parties[order.buyer_email] = order.buyer_name or name, order.language
    for to, (reader, language) in parties.items():
        if to != now:
            _send_notice(ticket, to=to, name=reader, language=language, giver=name, limited=limited)


def _send_ticket(ticket: Ticket, *, giver: str, limited: bool) -> None:
    registration, organisation = ticket.registration, current_organisation()
    attendee = registration.attendee
    is_new = attendee is not None and has_no_password(attendee)
    about, kind = whom(registration), registration.ticket_type.name
    outbox.queue(
        "ticket-passed-on",
        to=registration.attendee_email,
        name=reader_of(registration),
        language=attendee.language if attendee else registration.line.order.language,
        subject=registration,
        attachments=[{"kind": "ticket-qr", "id": ticket.pk}, {"kind": "ticket", "id": ticket.pk}],
        is_by_stranger=limited,
        giver=giver,
        ticket_type=f"{kind} ({about})" if about else kind,
        code={"ticket_code": [ticket.pk]},
        contact=contact(),
        welcome_url=facts.link(welcome.link(attendee, organisation.url)) if attendee and is_new else None,
        portal_url=facts.link(f"{organisation.url}/portal/tickets/"),
        **facts_of(registration.event),
    )


def _send_notice(ticket: Ticket, *, to: str, name: str, language: str, giver: str, limited: bool) -> None:
    """Whose the ticket is now, by name: their address is their own."""
    registration = ticket.registration
    outbox.queue(
        "ticket-given-away",
        to=to,
        name=name,
        language=language,
        subject=registration.line.order,
        is_by_stranger=limited,
        giver=giver,
        receiver=registration.attendee_name,
        contact=contact(),
        **facts_of(registration.event),
    )
