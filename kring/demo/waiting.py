"""People on waiting lists in the demo, by real verbs; what they did days ago is dated back afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.demo.acting import Visitors
from kring.demo.people import Person
from kring.events.models import Attraction
from kring.mail.models import Message
from kring.payments.models import Payment
from kring.places.models import Hold
from kring.registrations.models import Registration
from kring.waiting import answering, ending, inviting, joining
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry, WaitingStep

# Model → the timestamps of its rows that are dated back.
MOMENTS: list[tuple[Any, list[str]]] = [
    (WaitingEntry, ["joined_at", "changed_at"]),
    (Invitation, ["created_at", "ended_at"]),
    (WaitingStep, ["at"]),
    (Order, ["created_at", "paid_at"]),
    (Payment, ["created_at", "settled_at"]),
    (Registration, ["created_at", "completed_at", "cancelled_at"]),
    (Message, ["created_at"]),
]


class Queue:
    """Those who wait for one event."""

    def __init__(self, visitors: Visitors) -> None:
        self.visitors = visitors
        self.here, self.event = visitors.here, visitors.event
        # Of orders that are paid, which drop theirs.
        self.deadlines: list[datetime] = []

    @contextmanager
    def ago(self, back: timedelta, *, deadlines_too: bool = True) -> Iterator[None]:
        """Everything done in this block is dated back by so long, and its mails count as read.

        `deadlines_too`: without it, invitations and orders end when their mails say.
        """
        start, self.deadlines = timezone.now(), []
        yield
        with scope(self.here):
            written = Message.objects.filter(created_at__gte=start, state=Message.State.QUEUED)
            written.update(state=Message.State.KEPT, next_try_at=None)
            began = WaitingEntry.objects.filter(event=self.event, joined_at__gte=start)
            began.update(turn=F("turn") - Decimal(back.total_seconds()))
            if deadlines_too:
                self._say_earlier_deadlines(start, back)
                self._date_deadlines_back(start, back)
            for model, names in MOMENTS:
                for name in names:
                    _date_back(model, name, start, back)

    def _say_earlier_deadlines(self, start: datetime, back: timedelta) -> None:
        """In the mails of this time."""
        invited = Invitation.objects.filter(created_at__gte=start)
        moments = {*self.deadlines, *invited.values_list("expires_at", flat=True)}
        for message in Message.objects.filter(created_at__gte=start, facts__has_key="deadline"):
            assert message.facts
            deadline = message.facts["deadline"]
            if isinstance(deadline, dict) and (moment := datetime.fromisoformat(deadline["deadline"][0])) in moments:
                deadline["deadline"][0] = (moment - back).isoformat()
                message.save(update_fields=["facts"])

    def _date_deadlines_back(self, start: datetime, back: timedelta) -> None:
        made = Invitation.objects.filter(created_at__gte=start)
        holds = Hold.objects.filter(pk__in=made.filter(hold__isnull=False).values("hold"))
        holds.update(expires_at=F("expires_at") - back)
        made.update(expires_at=F("expires_at") - back, remind_at=F("remind_at") - back)
        for each in made:
            facts = {"attraction": each.attraction.name, "deadline": each.expires_at.isoformat(), "places": each.places}
            WaitingStep.objects.filter(entry=each.entry_id, kind=WaitingStep.Kind.INVITED, at__gte=start).update(
                facts=facts
            )

    def join(
        self, person: Person, wishes: Sequence[Attraction], *, party: int = 1, who: str = "", **more: Any
    ) -> WaitingEntry:
        joiner = Joiner(name=person.name, email=person.email, party=party, who=who, language=self.here.language, **more)
        with scope(self.here):
            return joining.join_unasked(self.event, joining.wanted_of(self.event, [each.pk for each in wishes]), joiner)

    def waiting(self) -> int:
        with scope(self.here):
            return int(WaitingEntry.objects.filter(event=self.event).waiting().count())

    def invite(self) -> int:
        """The same as the job that a freed place queues."""
        with scope(self.here):
            return inviting.fill(self.event.pk)

    def invited(self) -> list[Invitation]:
        """The open invitations, first in turn first."""
        with scope(self.here):
            rows = Invitation.objects.open().filter(entry__event=self.event, order=None)
            return list(rows.select_related("entry__event__pool", "entry__user", "attraction").order_by("pk"))

    def take(self, invitation: Invitation) -> Order:
        """The invited person registers and pays."""
        order = self.visitors.take(invitation)
        payment = self.visitors.pay(order, arrives=False)
        with scope(self.here):
            order.refresh_from_db()
            self.deadlines += [order.expires_at] if order.expires_at else []
        if payment is not None:
            self.visitors.arrive(payment)
        return order

    def decline(self, invitation: Invitation) -> None:
        with scope(self.here):
            answering.decline(invitation)

    def let_expire(self) -> int:
        with scope(self.here):
            return ending.expire_due()


def _date_back(model: Any, name: str, start: datetime, back: timedelta) -> None:
    model.objects.filter(**{f"{name}__gte": start}).update(**{name: F(name) - back})
