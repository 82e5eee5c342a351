"""Calling an event off (E4): in this app, because it has the attendees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from kring.accounts.known_name import known_name
from kring.accounts.models import Role, User
from kring.accounts.roles import people_with
from kring.billing import settling
from kring.billing.locking import ours
from kring.billing.models import Order, OrderQuerySet
from kring.core import jobs
from kring.core.refusals import WrongState
from kring.events.models import Event
from kring.events.refusals import ReasonMissing
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations import audit
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.registrations.mail_facts import contact
from kring.registrations.models import Registration
from kring.registrations.recipients import reader_of

MAILS_AT_ONCE = 200
STAFF = (Role.Name.ORG_ADMIN, Role.Name.ORGANISER, Role.Name.TREASURER)


@transaction.atomic
def call_off(event: Event, *, by: User | None = None, reason: str) -> None:
    """Registration ends; everybody concerned is notified with the reason, and unpaid orders are cancelled.

    Money is not given back by this: the paid orders stay as they are, for staff to decide (`paid_orders`). The mails
    are written by a job that is queued with the fact. Raises ReasonMissing, WrongState.
    """
    if not reason.strip():
        raise ReasonMissing
    event.cancel(reason.strip()[:300])
    audit.log("event.cancelled", event, new={"reason": event.reason}, actor=by)
    jobs.later("registrations.tell_of_calling_off", event_id=event.pk)


@dataclass(frozen=True)
class AffectedPeople:
    """`people`: live registrations. `paid` and `unpaid`: orders."""

    people: int
    paid: int
    unpaid: int


def concerned(event: Event) -> AffectedPeople:
    """How many people and orders it concerns."""
    people = Registration.objects.filter(event=event).live().count()
    return AffectedPeople(people, paid_orders(event).count(), _unpaid_orders(event).count())


def paid_orders(event: Event) -> OrderQuerySet:
    """Paid orders that are not refunded yet: staff decides."""
    return _orders(event).filter(state__in=[Order.State.PAID, Order.State.UNDECIDED], total__gt=0)


def notify(event: Event) -> None:
    """To all attendees and buyers, one mail each, and to the staff. Unpaid orders are cancelled."""
    for messages in batches(_messages(event)):
        outbox.post(messages)
    # All orders before the places of the first: a concurrent order of the second may want those places.
    for order in list(_unpaid_orders(event).select_for_update(of=("self",), no_key=True)):
        _let_go(ours(order), event)


def _let_go(order: Order, event: Event) -> None:
    try:
        with transaction.atomic():
            settling.cancel(order, reason=event.reason, is_notified=True)
    except WrongState:
        # Paid or expired just before.
        return


def _orders(event: Event) -> OrderQuerySet:
    mine = Registration.objects.filter(event=event).values("line__order")
    return Order.objects.filter(pk__in=mine).order_by("pk")


def _unpaid_orders(event: Event) -> OrderQuerySet:
    return _orders(event).unpaid()


def _messages(event: Event) -> Iterator[Message]:
    notified = set()
    for user in _staff(event):
        notified.add(user.email)
        yield _staff_mail(event, user)
    rows = Registration.objects.filter(event=event).live().select_related("line__order", "attendee").order_by("pk")
    for each in rows:
        for address, name, language in people_of(each):
            if address and address not in notified:
                notified.add(address)
                yield outbox.message(
                    "event-cancelled",
                    to=address,
                    name=name,
                    language=language,
                    subject=each,
                    event=str(event),
                    day=facts.days(event.starts_at, event.ends_at),
                    reason=facts.lines(event.reason),
                    contact=contact(),
                )


def people_of(registration: Registration) -> Iterator[tuple[str, str, str]]:
    """The attendees, or those who read mail for them, and the buyers."""
    order, attendee = registration.line.order, registration.attendee
    language = attendee.language if attendee else order.language
    yield registration.attendee_email, reader_of(registration), language
    yield order.buyer_email, order.buyer_name, order.language


def _staff(event: Event) -> list[User]:
    staff = people_with(*STAFF)
    maker = event.created_by
    return [*staff, maker] if maker and maker.is_active and maker not in staff else staff


def _staff_mail(event: Event, user: User) -> Message:
    organisation, numbers = current_organisation(), concerned(event)
    return outbox.message(
        "event-cancelled-staff",
        to=user.email,
        name=known_name(user),
        language=user.language,
        subject=event,
        event=str(event),
        day=facts.days(event.starts_at, event.ends_at),
        reason=facts.lines(event.reason),
        people=numbers.people,
        paid=numbers.paid,
        staff_url=facts.link(link(organisation, "manage:event", event.pk)),
    )


def batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    batch: list[Message] = []
    for message in messages:
        batch.append(message)
        if len(batch) == MAILS_AT_ONCE:
            yield batch
            batch = []
    yield batch
