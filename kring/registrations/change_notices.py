"""Notices to those registered when an event has changed (E4); where it has moved, they may cancel."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core.refusals import Refusal
from kring.events.models import Event
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations.current import current_organisation
from kring.organisations.models import AuditEntry
from kring.registrations import cancelling
from kring.registrations.calling_off import batches, people_of
from kring.registrations.mail_facts import contact, event_changes, facts_of
from kring.registrations.mails import order_url
from kring.registrations.models import Registration


class NotFreeToCancel(Refusal):
    code = "not_free_to_cancel"
    message = gettext_lazy("This can no longer be cancelled here. Please write to the organiser.")


def number_to_notify(event: Event) -> int:
    """The number of addresses a change notice goes to. Two statements at most."""
    live = Registration.objects.filter(event=event).live()
    rows = live.values_list("attendee_email", "line__order__buyer_email")
    return len({address for row in rows for address in row if address})


def notify(event: Event, entry: AuditEntry) -> None:
    """One mail to each address; buyers get a link to the order, attendees one to their own pages."""
    for messages in batches(_messages(event, entry)):
        outbox.post(messages)


def _messages(event: Event, entry: AuditEntry) -> Iterator[Message]:
    organisation, notified = current_organisation(), set()
    rows = Registration.objects.filter(event=event).live().select_related("line__order", "attendee").order_by("pk")
    for each in rows:
        order = each.line.order
        for address, name, language in people_of(each):
            if address and address not in notified:
                notified.add(address)
                is_buyer = address == order.buyer_email
                own_url = order_url(order, organisation) if is_buyer else f"{organisation.url}/portal/registrations/"
                is_free = is_free_to_cancel(each, event)
                yield message(event, entry, to=address, name=name, language=language, own_url=own_url, is_free=is_free)


def message(
    event: Event, entry: AuditEntry, *, to: str, name: str, language: str, own_url: str, is_free: bool
) -> Message:
    """Also to those who wait."""
    return outbox.message(
        "event-changed",
        to=to,
        name=name,
        language=language,
        subject=event,
        changes=event_changes(entry.old or {}, entry.new or {}),
        note=facts.lines((entry.new or {}).get("note", "")),
        until=facts.deadline(event.free_to_cancel_until) if is_free else "",
        own_url=facts.link(own_url),
        contact=contact(),
        **facts_of(event),
    )


def is_free_to_cancel(registration: Registration, event: Event) -> bool:
    """Whether they may still cancel by themselves, free of charge: day or place has moved since they registered."""
    if registration.state not in Registration.LIVE or event.state not in Event.ALIVE or not event.moved_at:
        return False
    until = min(event.free_to_cancel_until or event.starts_at, event.starts_at)
    return registration.created_at <= event.moved_at and timezone.now() < until


def cancel_free_of_charge(registration: Registration) -> None:
    """By the attendee or the buyer. What was paid is to be refunded. Raises NotFreeToCancel, WrongState."""
    if not is_free_to_cancel(registration, registration.event):
        raise NotFreeToCancel
    cancelling.cancel(registration, reason=_("Cancelled by the attendee: date or place of the event has changed."))
