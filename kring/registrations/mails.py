"""Mails to buyers, attendees and the organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kring.accounts import welcome
from kring.accounts.known_name import known_name
from kring.accounts.models import Role, User
from kring.accounts.roles import people_with
from kring.billing.fulfilment import fulfilments
from kring.billing.models import Order, OrderLine
from kring.events.eligibility import Reason
from kring.mail import facts, outbox
from kring.mail.facts import Fact
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.organisations.models import Organisation
from kring.payments.models import Payment
from kring.registrations import gifts
from kring.registrations.mail_facts import facts_of, prices
from kring.registrations.models import Registration, Ticket
from kring.registrations.on_site import share_of
from kring.registrations.recipients import is_read_by_buyer, reader_of, whom

PART_PAID = gettext_noop("You had paid %(amount)s of it. It is not lost: %(organisation)s will write to you about it.")


def order_url(order: Order, organisation: Organisation) -> str:
    return link(organisation, "public:order", order.secret)


def send_tickets(order: Order, tickets: Sequence[Ticket], *, new_accounts: set[int]) -> None:
    """To each attendee their ticket; to the buyer the order. To those whose address is known."""
    organisation = current_organisation()
    messages = [
        _ticket_mail(order, ticket, organisation, is_new=ticket.registration.attendee_id in new_accounts)
        for ticket in tickets
        if ticket.registration.attendee_email and not (len(tickets) > 1 and _is_for_the_leader(order, ticket))
    ]
    limited = is_by_stranger(order, tickets[0].registration)
    # Where one address would get too many, the confirmation comes first: its link leads to all tickets.
    if order.buyer_email:
        messages.insert(0 if limited else len(messages), _confirmation(order, tickets, organisation))
    for message in messages:
        message.is_by_stranger = limited
    outbox.post(messages)


def _is_for_the_leader(order: Order, ticket: Ticket) -> bool:
    """Of a team, of somebody without an address: its leader has all of them in one document, by the confirmation."""
    ticket.registration.line.order = order
    return ticket.registration.team_id is not None and is_read_by_buyer(ticket.registration)


def is_by_stranger(order: Order, registration: Registration) -> bool:
    """Ordered by a visitor with an unconfirmed address, with no payment for it."""
    if order.is_address_confirmed or not (order.counted_address or fulfilments[registration.line.kind].is_by_link):
        return False
    return not order.total or bool(_open_on_site(registration))


def send_ticket_again(ticket: Ticket) -> None:
    organisation = current_organisation()
    outbox.post([_ticket_mail(ticket.registration.line.order, ticket, organisation, is_new=False)])


def _open_on_site(registration: Registration) -> Decimal | None:
    """As read by `fulfilment`; queried where it has not been."""
    if not hasattr(registration, "open_on_site"):
        waiting = Payment.objects.on_site().filter(order=registration.line.order_id)
        registration.open_on_site = sum(waiting.values_list("amount", flat=True), Decimal(0))  # type: ignore[attr-defined]
    return registration.open_on_site  # type: ignore[attr-defined]


def _ticket_mail(order: Order, ticket: Ticket, organisation: Organisation, *, is_new: bool) -> Message:
    registration = ticket.registration
    registration.line.order = order
    attendee = registration.attendee
    assert attendee is not None
    language = order.language if is_new else attendee.language
    is_buyer = registration.attendee_email == order.buyer_email
    about, kind = whom(registration), registration.ticket_type.name
    return outbox.message(
        "ticket" if is_buyer else "ticket-from-somebody",
        to=registration.attendee_email,
        name=reader_of(registration),
        language=language,
        subject=registration,
        attachments=[{"kind": "ticket-qr", "id": ticket.pk}, {"kind": "ticket", "id": ticket.pk}],
        buyer=order.buyer_name,
        ticket_type=f"{kind} ({about})" if about else kind,
        on_site=facts.money(share_of(registration, _open_on_site(registration)) or None, order.currency),
        code={"ticket_code": [ticket.pk]},
        welcome_url=facts.link(welcome.link(attendee, organisation.url)) if has_no_password(attendee) else None,
        portal_url=facts.link(f"{organisation.url}/portal/tickets/"),
        **facts_of(registration.event),
    )


@facts.written_as("ticket_code", facts.How.MARKDOWN)
def _code(ticket_id: int) -> str:
    """The picture comes with the mail, under this name."""
    return f"![{_('QR code of your ticket')}](cid:ticket-qr-{ticket_id})"


def has_no_password(user: User) -> bool:
    return not user.has_usable_password()


def _confirmation(order: Order, tickets: Sequence[Ticket], organisation: Organisation) -> Message:
    to_bring = _open_on_site(tickets[0].registration)
    return outbox.message(
        "order-confirmed",
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        number=order.number,
        total=facts.money(order.total, order.currency),
        on_site=facts.money(to_bring or None, order.currency),
        how_many=len(tickets),
        who=facts.names(filter(None, (ticket.registration.attendee_name for ticket in tickets))),
        prices=prices(_lines(order, tickets), order.currency),
        tickets_url=_tickets_url(order, organisation) if len(tickets) > 1 else "",
        order_url=facts.link(order_url(order, organisation)),
        **facts_of(tickets[0].registration.event),
    )


def _lines(order: Order, tickets: Sequence[Ticket]) -> list[OrderLine]:
    lines = [ticket.registration.line for ticket in tickets]
    is_more = order.total > sum(line.amount for line in lines)
    return [*lines, given] if is_more and (given := gifts.gift_of(order)) else lines


def _tickets_url(order: Order, organisation: Organisation) -> Fact:
    return facts.link(link(organisation, "public:ticket-documents", order.secret))


def send_expired(order: Order) -> None:
    """To buyers who had entered their address: the time to pay is over."""
    if not order.buyer_email:
        return
    organisation = current_organisation()
    registration = Registration.objects.of_order(order).select_related("event").first()
    if registration is None:
        return
    _to_buyer(
        "order-expired",
        order,
        event_url=facts.link(link(organisation, "public:event", registration.event.slug)),
        part_paid=_part_paid(order.payments.kept(), order),
        **facts_of(registration.event),
    )


def _part_paid(kept: Decimal, order: Order) -> facts.Fact:
    if not kept:
        return ""
    amount, organisation = facts.money(kept, order.currency), current_organisation().name
    return facts.words(PART_PAID, amount=amount, organisation=organisation)


def send_paid_too_late(order: Order) -> None:
    """Paid when the places were gone (P4): the buyer learns that the money is safe, the staff that they must decide."""
    _buyer_and_staff("paid-too-late", order, {})


def send_not_eligible(order: Order, refused: Mapping[Registration, Sequence[Reason]]) -> None:
    """Paid, and then refused by a rule (V1): buyer and staff get the reasons, each in their own language."""
    _buyer_and_staff("not-eligible", order, refused)


class _Owed(TypedDict):
    number: str
    total: Fact
    refused: Fact


def _buyer_and_staff(template: str, order: Order, refused: Mapping[Registration, Sequence[Reason]]) -> None:
    organisation = current_organisation()
    url = facts.link(order_url(order, organisation))
    _to_buyer(template, order, order_url=url, **_owed(order, refused, order.language))
    for user in people_with(Role.Name.ORG_ADMIN, Role.Name.TREASURER):
        outbox.queue(
            f"{template}-staff",
            to=user.email,
            name=known_name(user),
            language=user.language,
            subject=order,
            buyer=order.buyer_name,
            staff_url=facts.link(link(organisation, "manage:order", order.number)),
            **_owed(order, refused, user.language),
        )


def _owed(order: Order, refused: Mapping[Registration, Sequence[Reason]], language: str) -> _Owed:
    with translation.override(language):
        why = [f"{registration}: {' '.join(map(str, reasons))}" for registration, reasons in refused.items()]
    return {
        "number": order.number,
        "total": facts.money(order.total, order.currency),
        "refused": facts.lines("\n".join(why)),
    }


def _to_buyer(template: str, order: Order, **further: Fact) -> None:
    outbox.queue(
        template,
        to=order.buyer_email,
        name=order.buyer_name,
        language=order.language,
        subject=order,
        more_facts=further,
    )
