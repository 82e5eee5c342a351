"""The life cycle of an event (E4–E6): what people do with its state, and what happens automatically.

The model lists the possible moves (`Event.MOVES`). Cancelling an event is `registrations.calling_off`: the attendees
are there. A state that somebody else changed a moment before raises WrongState, and nothing is sent or logged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from kring.accounts.models import User
from kring.core.refusals import Refusal
from kring.events import clock, mails
from kring.events.clock import ByTheClock
from kring.events.eligibility import ruling
from kring.events.eligibility.rule import in_words
from kring.events.locking import hold_still
from kring.events.models import Event, TicketType
from kring.events.pricing import ruling as price_rules
from kring.events.refusals import IsOver, NothingToRegisterFor, NoWayToPay, ReasonMissing, RuleCannotBeMet
from kring.organisations import audit
from kring.organisations.current import current_organisation


@transaction.atomic
def submit(event: Event, *, by: User | None = None) -> None:
    """Submitted for approval, where the organisation requires it; else it is accepted at once, and open if its time has
    come. Raises the first of `missing`, or WrongState."""
    hold_still(event)
    if refusals := missing(event):
        raise refusals[0]
    needs_approval = current_organisation().events_need_approval
    event.submit(needs_approval=needs_approval)
    audit.log("event.submitted", event, new={"state": event.state}, actor=by)
    if needs_approval:
        mails.ask_for_approval(event)
    else:
        _catch_up(event)


def missing(event: Event) -> list[Refusal]:
    """What `submit` would refuse the event for."""
    types = TicketType.objects.filter(attraction__event=event, is_on_sale=True)
    prices = list(types.values_list("price", flat=True))
    found: list[Refusal] = []
    if event.ends_at <= timezone.now():
        found.append(IsOver())
    if not prices:
        found.append(NothingToRegisterFor())
    costs = any(price > 0 for price in prices) or bool(event.gift_for) or price_rules.costs_something(event)
    if costs and not event.payment_options.exists():
        found.append(NoWayToPay())
    return [*found, *_rules_nobody_can_meet(event)]


def _rules_nobody_can_meet(event: Event) -> list[Refusal]:
    return [
        RuleCannotBeMet(rule=rule.label, **in_words({"questions": any_of})) for rule, any_of in ruling.never_met(event)
    ]


@transaction.atomic
def withdraw(event: Event, *, by: User | None = None) -> None:
    """By its author, before anybody has decided: it is new again."""
    event.withdraw()
    audit.log("event.withdrawn", event, actor=by)


@transaction.atomic
def accept(event: Event, *, by: User | None = None) -> None:
    event.accept()
    audit.log("event.accepted", event, actor=by)
    _catch_up(event)
    mails.accepted(event)


@transaction.atomic
def reject(event: Event, *, by: User | None = None, reason: str) -> None:
    """It is new again, with the reason for its author. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    event.reject(reason.strip()[:300])
    audit.log("event.rejected", event, new={"reason": event.reason}, actor=by)
    mails.rejected(event)


def move_by_clock(now: datetime | None = None) -> int:
    """Bring the events of this scope to their state by the clock; how many were moved.

    Again, or twice at once: nothing more. After a pause an event goes directly to its present state; mails
    are sent about what is true now, and not about what is over.
    """
    due = clock.due(now).order_by("pk")
    return sum(_follow(event) for event in due)


def _follow(event: ByTheClock, *, notify: bool = True) -> bool:
    """`event` comes from `clock`. Only the process whose UPDATE succeeded sends mails."""
    before = event.state
    if not event.follow_the_clock(to=event.state_now):
        return False
    audit.log("event.moved", event, old={"state": before}, new={"state": event.state})
    if notify:
        mails.notify_of_registration(event, before, is_full=event.is_full)
    return True


def _catch_up(event: Event) -> None:
    """An event just accepted: its state by the clock at once, without an email of its own."""
    found: Any = clock.with_state_at(Event.objects.filter(pk=event.pk), timezone.now()).get()
    if found.state != found.state_now:
        _follow(found, notify=False)
    event.state, event.updated_at = found.state, found.updated_at
