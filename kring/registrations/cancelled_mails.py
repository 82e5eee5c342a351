"""Who is notified of cancelled registrations (B7): the attendees and the buyer; each address once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from kring.billing.models import Order
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.registrations.mail_facts import contact, facts_of, sums
from kring.registrations.mails import order_url
from kring.registrations.models import Registration

State = Registration.State
NO_TICKET = _("The ticket is no longer valid.")


@dataclass(frozen=True)
class CancelledPerson:
    """A cancelled registration, and whether there was a ticket."""

    registration: Registration
    had_ticket: bool


def concerned(registrations: Sequence[Registration]) -> list[CancelledPerson]:
    """To be called before the cancellation. Registrations that lapsed by themselves had their notification then."""
    live = [each for each in registrations if each.state in Registration.LIVE]
    return [CancelledPerson(each, each.state == State.COMPLETED) for each in live]


def of_cancellation(order: Order, people: Sequence[CancelledPerson], *, reason: str) -> None:
    """One mail for each address. Without a reason only those who had tickets are notified: nobody else decided it.

    Composed after the cancellation: the buyer's mail says what is left of the order, paid and open.
    """
    notified = [each for each in people if reason or each.had_ticket]
    if notified or reason:
        outbox.post(list(_messages(order, notified, reason)))


def _messages(order: Order, notified: Sequence[CancelledPerson], reason: str) -> Iterator[Message]:
    organisation = current_organisation()
    by_address: defaultdict[str, list[CancelledPerson]] = defaultdict(list)
    for each in notified:
        if each.registration.attendee_email:
            by_address[each.registration.attendee_email].append(each)
    for address, theirs in by_address.items():
        first = theirs[0].registration
        language = first.attendee.language if first.attendee else order.language
        # For children without an address of their own the buyer is the reader.
        name = order.buyer_name if address == order.buyer_email and order.buyer_name else first.attendee_name
        yield _message(order, theirs, organisation, reason, to=address, name=name, language=language)
    if order.buyer_email and order.buyer_email not in by_address:
        all_of_it = list(notified) or [CancelledPerson(each, False) for each in _of(order)]
        yield _message(
            order,
            all_of_it,
            organisation,
            reason,
            to=order.buyer_email,
            name=order.buyer_name,
            language=order.language,
            template="registration-cancelled-buyer",
        )


def _message(
    order: Order,
    theirs: Sequence[CancelledPerson],
    organisation: Organisation,
    reason: str,
    *,
    to: str,
    name: str,
    language: str,
    template: str = "registration-cancelled",
) -> Message:
    first, is_buyer = theirs[0].registration, to == order.buyer_email
    names = [each.registration.attendee_name for each in theirs if each.registration.attendee_name]
    is_their_own = template == "registration-cancelled"
    return outbox.message(
        template,
        subject=first if is_their_own else order,
        who=", ".join(names) if names != [name] or not is_their_own else "",
        ticket=facts.words(NO_TICKET) if any(each.had_ticket for each in theirs) else "",
        number=order.number,
        reason=facts.lines(reason),
        sums=sums(order) if is_buyer else "",
        contact=contact(),
        order_url=facts.link(order_url(order, organisation)) if is_buyer else "",
        to=to,
        name=name,
        language=language,
        **facts_of(first.event),
    )


def _of(order: Order) -> Sequence[Registration]:
    return list(Registration.objects.of_order(order).select_related("event"))
