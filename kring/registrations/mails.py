"""What is said to those who ordered, those who come, and the organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kring.accounts import welcome
from kring.accounts.models import Role, User
from kring.accounts.roles import people_with
from kring.billing.models import Order
from kring.core import dates, money
from kring.events.eligibility import Reason
from kring.events.models import Event
from kring.mail import outbox
from kring.mail.models import Message
from kring.organisations.here import here
from kring.organisations.links import link
from kring.organisations.models import Organisation
from kring.registrations.models import Registration, Ticket


def order_url(order: Order, organisation: Organisation) -> str:
    return link(organisation, "public:order", order.secret)


def send_tickets(order: Order, tickets: Sequence[Ticket], *, new_accounts: set[int]) -> None:
    """To each attendee her ticket; to the buyer what she ordered."""
    organisation = here()
    letters = [
        _ticket_letter(order, ticket, organisation, is_new=ticket.registration.attendee_id in new_accounts)
        for ticket in tickets
    ]
    outbox.post([*letters, _confirmation(order, tickets, organisation)])


def send_ticket_again(ticket: Ticket) -> None:
    organisation = here()
    outbox.post([_ticket_letter(ticket.registration.line.order, ticket, organisation, is_new=False)])


def _ticket_letter(order: Order, ticket: Ticket, organisation: Organisation, *, is_new: bool) -> Message:
    registration = ticket.registration
    attendee = registration.attendee
    assert attendee is not None
    language = order.language if is_new else attendee.language
    is_buyer = registration.attendee_email == order.buyer_email
    with dates.written_for(language, organisation.zone):
        facts = _facts(registration.event) | {
            "ticket_type": registration.ticket_type.name,
            # The picture comes with the mail, under this name.
            "code_markdown": f"![{_('QR code of your ticket')}](cid:ticket-qr-{ticket.pk})",
        }
    return outbox.letter(
        "ticket" if is_buyer else "ticket-from-somebody",
        to=registration.attendee_email,
        name=registration.attendee_name,
        language=language,
        subject=registration,
        attachments=[{"kind": "ticket-qr", "id": ticket.pk}, {"kind": "ticket", "id": ticket.pk}],
        buyer=order.buyer_name,
        welcome_url=welcome.link(attendee, organisation.url) if _has_no_password(attendee) else None,
        portal_url=f"{organisation.url}/portal/tickets/",
        **facts,
    )


def _has_no_password(user: User) -> bool:
    return not user.has_usable_password()


def _confirmation(order: Order, tickets: Sequence[Ticket], organisation: Organisation) -> Message:
    with dates.written_for(order.language, organisation.zone):
        facts = _facts(tickets[0].registration.event)
        total = money.say(order.total, order.currency)
    return outbox.letter(
        "order-confirmed",
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        number=order.number,
        total=total,
        how_many=len(tickets),
        who=", ".join(ticket.registration.attendee_name for ticket in tickets),
        order_url=order_url(order, organisation),
        **facts,
    )


def send_expired(order: Order) -> None:
    """Only who had come as far as telling who she is hears that the time is over."""
    if not order.buyer_email:
        return
    organisation = here()
    registration = Registration.objects.of_order(order).select_related("event").first()
    if registration is None:
        return
    with dates.written_for(order.language, organisation.zone):
        facts = _facts(registration.event)
    event_url = link(organisation, "public:event", registration.event.slug)
    _to_buyer("order-expired", order, event_url=event_url, **facts)


def send_cancelled(order: Order, registrations: Iterable[Registration], *, reason: str) -> None:
    """To each whose registration had been completed."""
    organisation = here()
    for registration in registrations:
        language = registration.attendee.language if registration.attendee else order.language
        with dates.written_for(language, organisation.zone):
            facts = _facts(registration.event)
        outbox.queue(
            "registration-cancelled",
            to=registration.attendee_email,
            name=registration.attendee_name,
            language=language,
            subject=registration,
            reason_text=reason,
            contact=organisation.reply_to or organisation.contact_email,
            **facts,
        )


def send_paid_too_late(order: Order) -> None:
    """Paid when the places were gone (P4): the buyer hears that her money is safe, the staff that they must choose."""
    _buyer_and_staff("paid-too-late", order, {})


def send_not_eligible(order: Order, refused: Mapping[Registration, Sequence[Reason]]) -> None:
    """Paid, and then a rule said no (V1): the same two hear why, each in their own language."""
    _buyer_and_staff("not-eligible", order, refused)


def _buyer_and_staff(template: str, order: Order, refused: Mapping[Registration, Sequence[Reason]]) -> None:
    organisation = here()
    with dates.written_for(order.language, organisation.zone):
        facts = _owed(order, refused)
    _to_buyer(template, order, order_url=order_url(order, organisation), **facts)
    for user in people_with(Role.Name.ORG_ADMIN, Role.Name.TREASURER):
        with dates.written_for(user.language, organisation.zone):
            facts = _owed(order, refused)
        outbox.queue(
            f"{template}-staff",
            to=user.email,
            name=user.name,
            language=user.language,
            subject=order,
            buyer=order.buyer_name,
            staff_url=link(organisation, "manage:order", order.number),
            **facts,
        )


def _owed(order: Order, refused: Mapping[Registration, Sequence[Reason]]) -> dict[str, Any]:
    """In the active language."""
    why = [
        f"{registration}: {' '.join(str(reason) for reason in reasons)}" for registration, reasons in refused.items()
    ]
    return {
        "number": order.number,
        "total": money.say(order.total, order.currency),
        "refused_text": "\n".join(why),
    }


def _to_buyer(template: str, order: Order, **facts: Any) -> None:
    outbox.queue(
        template,
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        **facts,
    )


def _facts(event: Event) -> dict[str, Any]:
    """In the active language and zone."""
    return {
        "event": str(event),
        "day": dates.days(event.starts_at, event.ends_at),
        # Never empty: a line of a mail in which something is missing is left out.
        "hours": dates.hours(event.starts_at, event.ends_at) or _("all day"),
        "location": ", ".join(part for part in (event.location, event.address) if part),
    }
