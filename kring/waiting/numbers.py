"""Figures of waiting lists: per event, and for the whole organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, Extract
from django.utils import timezone

from kring.events.models import Event
from kring.mail.models import Message
from kring.registrations.reporting import Median
from kring.waiting.models import Invitation, WaitingEntry
from kring.waiting.models.invitation import InvitationQuerySet

SOON = timedelta(hours=24)
State = WaitingEntry.State
COUNTS: dict[str, object] = {state.value: Count("pk", filter=Q(state=state)) for state in State}
# People who come together are one entry, which takes several places.
PEOPLE: dict[str, object] = {"people": Coalesce(Sum("party", filter=Q(state=State.WAITING)), 0)}


@dataclass(frozen=True)
class Numbers:
    """Entries by state; `people`: the places all who wait want; `median_wait`: from joining to the first invitation;
    `lapsed`: of those expired, who had been invited (the others waited until the list ended)."""

    waiting: int = 0
    invited: int = 0
    converted: int = 0
    expired: int = 0
    declined: int = 0
    withdrawn: int = 0
    people: int = 0
    lapsed: int = 0
    median_wait: timedelta | None = None

    @property
    def total(self) -> int:
        return self.waiting + self.invited + self.converted + self.expired + self.declined + self.withdrawn

    @property
    def conversion(self) -> int | None:
        """Of those whose turn came and who are done with it, how many registered: per cent. None: nobody yet."""
        answered = self.converted + self.lapsed + self.declined
        return round(100 * self.converted / answered) if answered else None


def of_event(event: Event) -> Numbers:
    """Two statements."""
    return of_events([event.pk])[event.pk]


def of_events(keys: Iterable[int]) -> dict[int, Numbers]:
    """By the key of the event. Two statements for all of them."""
    keys = list(keys)
    rows: Any = WaitingEntry.objects.filter(event__in=keys).order_by().values("event_id").annotate(**COUNTS, **PEOPLE)
    invited = _first_invitations().filter(entry__event__in=keys).values("entry__event_id").annotate(**_INVITED)
    turns = {row.pop("entry__event_id"): row for row in invited}
    counted = {row.pop("event_id"): row for row in rows}
    return {key: Numbers(**counted.get(key, {}), **_turns(turns.get(key))) for key in keys}


def of_organisation() -> Numbers:
    """Over all events. Two statements."""
    counted = WaitingEntry.objects.aggregate(**COUNTS, **PEOPLE)
    return Numbers(**counted, **_turns(_first_invitations().aggregate(**_INVITED)))


def expiring() -> InvitationQuerySet:
    """Open invitations whose deadline is near, and that nobody has begun to use."""
    now = timezone.now()
    return Invitation.objects.open().filter(hold__isnull=False, expires_at__gt=now, expires_at__lte=now + SOON)


def unsent() -> InvitationQuerySet:
    """Open invitations whose mail could not be sent so far, or is overdue."""
    in_vain = Message.objects.filter(state=Message.State.QUEUED, tries__gt=0)
    stuck = Message.objects.failed() | Message.objects.overdue() | in_vain
    return Invitation.objects.open().filter(message__in=stuck.values("pk"))


# Over the first invitation of each entry.
_INVITED: dict[str, object] = {
    "wait": Median(Extract(F("created_at") - F("entry__joined_at"), "epoch")),
    "lapsed": Count("pk", filter=Q(entry__state=State.EXPIRED)),
}


def _first_invitations() -> InvitationQuerySet:
    first = Invitation.objects.order_by("entry_id", "pk").distinct("entry_id")
    return Invitation.objects.filter(pk__in=first.values("pk")).order_by()


def _turns(found: dict[str, Any] | None) -> dict[str, Any]:
    if found is None or found["wait"] is None:
        return {}
    return {"lapsed": found["lapsed"], "median_wait": timedelta(seconds=max(found["wait"], 0))}
