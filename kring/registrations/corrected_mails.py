"""Mails about a correction: to the present address, and to the previous one."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from kring.accounts import welcome
from kring.accounts.models import User
from kring.billing.models import Order
from kring.events.models import Event
from kring.mail import facts, outbox
from kring.organisations.current import current_organisation
from kring.registrations.mail_facts import contact, corrections, facts_of
from kring.registrations.mails import has_no_password, order_url
from kring.registrations.models import Registration, Ticket
from kring.registrations.recipients import reader_of, whom

NEW_TICKET = _("Your new ticket is attached. The previous one is no longer valid.")


def send_corrected(
    registration: Registration,
    old: Mapping[str, object],
    new: Mapping[str, object],
    *,
    ticket: Ticket | None,
    limited: bool = False,
) -> None:
    """To the present address, also before it is paid; with the ticket where it was reissued. Of answers it
    names the changed ones without their values: mail is no place for them."""
    organisation, attendee = current_organisation(), registration.attendee
    language = attendee.language if attendee else registration.line.order.language
    is_complete = registration.state == Registration.State.COMPLETED
    is_new = attendee is not None and is_complete and has_no_password(attendee)
    outbox.queue(
        "registration-corrected",
        to=registration.attendee_email,
        name=reader_of(registration),
        language=language,
        subject=registration,
        attachments=[{"kind": "ticket", "id": ticket.pk}] if ticket else [],
        is_by_stranger=limited,
        who=whom(registration),
        welcome_url=facts.link(welcome.link(attendee, organisation.url)) if attendee and is_new else None,
        portal_url=facts.link(f"{organisation.url}/portal/tickets/") if is_complete else "",
        contact=contact(),
        changes=corrections(old, new),
        new_ticket=facts.words(NEW_TICKET) if ticket else "",
        **facts_of(registration.event),
    )


def send_moved_away(
    registration: Registration, *, to: str, name: str, reader: User | None, limited: bool = False
) -> None:
    """To the previous address: it contains no working link, and not the new address. `name`: the attendee;
    for the buyer's address, the buyer reads it."""
    order = registration.line.order
    language = reader.language if reader else order.language
    is_buyers = to == order.buyer_email and bool(order.buyer_name)
    outbox.queue(
        "registration-moved-away",
        to=to,
        name=order.buyer_name if is_buyers else name,
        language=language,
        subject=registration,
        is_by_stranger=limited,
        who=name if is_buyers and name != order.buyer_name else "",
        contact=contact(),
        **facts_of(registration.event),
    )


def send_buyer_corrected(
    order: Order, old: Mapping[str, object], new: Mapping[str, object], *, limited: bool = False
) -> None:
    """To the present address, with the order's present link."""
    organisation = current_organisation()
    outbox.queue(
        "order-corrected",
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        is_by_stranger=limited,
        number=order.number,
        order_url=facts.link(order_url(order, organisation)),
        contact=contact(),
        changes=corrections(old, new),
        **facts_of(_event_of(order)),
    )


def send_buyer_moved_away(order: Order, *, to: str, name: str, limited: bool = False) -> None:
    """To the previous address: its link no longer works, and the mail does not contain the new address."""
    outbox.queue(
        "order-moved-away",
        to=to,
        name=name,
        language=order.language,
        subject=order,
        is_by_stranger=limited,
        contact=contact(),
        **facts_of(_event_of(order)),
    )


def _event_of(order: Order) -> Event:
    event: Event = Registration.objects.of_order(order).select_related("event")[0].event
    return event
