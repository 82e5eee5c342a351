"""The position of a waiting entry, and what happens next: for its own page and for the portal (W2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from kring.billing.models import Order
from kring.events.models import WaitingList
from kring.organisations.current import current_organisation
from kring.waiting import joining, mails
from kring.waiting.models import Invitation, WaitingEntry, WaitingWish


@dataclass(frozen=True)
class Stand:
    """`position` 1: the next."""

    wish: WaitingWish
    position: int

    @property
    def before(self) -> int:
        return self.position - 1


@dataclass
class Place:
    """Of one entry. Each fact is queried when it is shown."""

    entry: WaitingEntry

    @cached_property
    def stands(self) -> list[Stand]:
        """One statement for each wish, three at most."""
        wishes = self.entry.wishes.select_related("attraction")
        return [Stand(wish, joining.position_of(self.entry, wish.attraction)) for wish in wishes]

    @cached_property
    def waiting_list(self) -> WaitingList | None:
        return WaitingList.objects.filter(event=self.entry.event_id).first()

    @cached_property
    def invitation(self) -> Invitation | None:
        """The one that is open now."""
        rows = Invitation.objects.open().filter(entry=self.entry, expires_at__gt=timezone.now())
        return rows.select_related("attraction", "order").first()

    @property
    def is_notified_by_mail_only(self) -> bool:
        """Has priority by an address anybody could have typed: only the reader of its mail may use it."""
        return self.entry.priority == WaitingEntry.Priority.FIRST and self.entry.user_id is None

    @cached_property
    def order(self) -> Order | None:
        """The order that came of it."""
        rows = Order.objects.filter(invitations__entry=self.entry, state=Order.State.PAID)
        found: Order | None = rows.order_by("-created_at").first()
        return found

    @cached_property
    def waits_on(self) -> WaitingEntry | None:
        """For a better choice than the one that came of it."""
        return WaitingEntry.objects.live().filter(instead_of=self.order).first() if self.order else None

    @cached_property
    def _answers_due(self) -> tuple[int, datetime | None]:
        rows: QuerySet = Invitation.objects.open().filter(
            attraction__in=[stand.wish.attraction_id for stand in self.stands], expires_at__gt=timezone.now()
        )
        found = rows.aggregate(number=Count("pk"), first=Min("expires_at"))
        return found["number"], found["first"]

    @property
    def invited_before(self) -> int:
        """How many are invited to the wishes of this entry, and have not answered yet."""
        return self._answers_due[0]

    @property
    def next_deadline(self) -> str:
        """The earliest deadline of those: "" for none. In the time zone of this entry."""
        first = self._answers_due[1]
        return self.on_their_clock(first) if first else ""

    @property
    def deadline(self) -> str:
        return self.on_their_clock(self.invitation.expires_at) if self.invitation else ""

    @property
    def joined(self) -> str:
        return self.on_their_clock(self.entry.joined_at)

    @cached_property
    def ends(self) -> str:
        """When the list is over: at its own end, else when registration for the last of its wishes ends."""
        if self.waiting_list is not None and self.waiting_list.ends_at:
            return self.on_their_clock(self.waiting_list.ends_at)
        ends = []
        for stand in self.stands:
            stand.wish.attraction.event = self.entry.event
            ends.append(stand.wish.attraction.closes_at)
        return self.on_their_clock(max(ends)) if ends else ""

    def on_their_clock(self, moment: datetime) -> str:
        with timezone.override(mails.zone_of(self.entry, current_organisation())):
            return mails.deadline_words(moment)
