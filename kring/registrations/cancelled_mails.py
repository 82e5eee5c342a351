"""Who hears that registrations were cancelled (B7): those who would come, and who ordered; each address once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kring.billing.models import Order
from kring.core import dates, money
from kring.mail import outbox
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.payments import paying
from kring.registrations.mails import facts_of, order_url
from kring.registrations.models import Registration

State = Registration.State


@dataclass(frozen=True)
class CancelledPerson:
    """Somebody who is cancelled, and whether there was a ticket."""

    registration: Registration
    had_ticket: bool


def concerned(registrations: Sequence[Registration]) -> list[CancelledPerson]:
    """To be asked before they are cancelled: what had lapsed by itself was told then."""
    live = [each for each in registrations if each.state in Registration.LIVE]
    return [CancelledPerson(each, each.state == State.COMPLETED) for each in live]


def of_cancellation(order: Order, people: Sequence[CancelledPerson], *, reason: str) -> None:
    """One mail for each address. Without a reason only those who had tickets hear of it: nobody else decided it.

    Written when the order is as it is now: to who ordered it says what is left, paid and open.
    """
    told = [each for each in people if reason or each.had_ticket]
    if told or reason:
        outbox.post(list(_letters(order, told, reason)))


def _letters(order: Order, told: Sequence[CancelledPerson], reason: str) -> Iterator[Message]:
    organisation = current_organisation()
    by_address: defaultdict[str, list[CancelledPerson]] = defaultdict(list)
    for each in told:
        if each.registration.attendee_email:
            by_address[each.registration.attendee_email].append(each)
    for address, theirs in by_address.items():
        first = theirs[0].registration
        language = first.attendee.language if first.attendee else order.language
        # Of children without an address of their own the buyer reads.
        name = order.buyer_name if address == order.buyer_email and order.buyer_name else first.attendee_name
        yield _letter(order, theirs, organisation, reason, to=address, name=name, language=language)
    if order.buyer_email and order.buyer_email not in by_address:
        all_of_it = list(told) or [CancelledPerson(each, False) for each in _of(order)]
        yield _letter(
            order,
            all_of_it,
            organisation,
            reason,
            to=order.buyer_email,
            name=order.buyer_name,
            language=order.language,
            template="registration-cancelled-buyer",
        )


def _letter(
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
    with dates.written_for(language, organisation.zone):
        facts = facts_of(first.event)
        ticket = _("The ticket is no longer valid.") if any(each.had_ticket for each in theirs) else ""
        sums = _sums(order, organisation) if is_buyer else ""
    return outbox.letter(
        template,
        subject=first if is_their_own else order,
        who=", ".join(names) if names != [name] or not is_their_own else "",
        ticket=ticket,
        number=order.number,
        reason_text=reason,
        sums_text=sums,
        contact=organisation.reply_to or organisation.contact_email,
        order_url=order_url(order, organisation) if is_buyer else "",
        to=to,
        name=name,
        language=language,
        **facts,
    )


def _sums(order: Order, organisation: Organisation) -> str:
    """What the order comes to now, a line for each fact, in the active language."""
    kept, owed = order.payments.kept(), order.owed
    left, too_much = max(owed - kept, Decimal(0)), paying.surplus(order)
    amounts = {"owed": owed, "kept": kept, "left": left, "too_much": too_much}
    said = {key: money.say(amount, order.currency) for key, amount in amounts.items()}
    said |= {"number": order.number, "organisation": organisation.name}
    lines = [_("Order %(number)s costs %(owed)s now.") if owed else _("You owe nothing for order %(number)s.")]
    if kept:
        lines.append(_("Paid: %(kept)s."))
    if too_much:
        lines.append(
            _("Paid too much: %(too_much)s. %(organisation)s decides what happens with it and lets you know by mail.")
        )
    if left:
        lines.append(_("Still to be paid: %(left)s. Please pay no more than that."))
    elif not kept:
        lines.append(_("If you have not paid yet, please do not pay."))
    return "\n".join(line % said for line in lines)


def _of(order: Order) -> Sequence[Registration]:
    return list(Registration.objects.of_order(order).select_related("event"))
