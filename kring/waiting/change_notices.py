"""Change notices also for those who wait or are invited, when day or place of the event has moved."""

from __future__ import annotations

from kring.events.models import Event
from kring.mail import outbox
from kring.organisations.current import current_organisation
from kring.organisations.models import AuditEntry
from kring.registrations.calling_off import batches
from kring.registrations.change_notices import message
from kring.waiting.mails import position_url
from kring.waiting.models import WaitingEntry


def notify_of_change(event: Event, entry: AuditEntry) -> None:
    organisation, waiting = current_organisation(), WaitingEntry.objects.filter(event=event).live().order_by("pk")
    messages = (
        message(
            event,
            entry,
            to=each.email,
            name=each.name,
            language=each.language,
            own_url=position_url(each, organisation),
            is_free=False,
        )
        for each in waiting
    )
    for some in batches(messages):
        outbox.post(some)
