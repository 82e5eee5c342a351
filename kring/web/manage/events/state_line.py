"""The state of an event, and the next step, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core import dates
from kring.events.models import Event
from kring.events.offering import Window, availability_of, offers_of
from kring.organisations.current import current_organisation

State = Event.State
PENDING = (State.PENDING, gettext_lazy("Approval"), {State.PENDING})
WAY = [
    (State.NEW, gettext_lazy("Draft"), {State.NEW}),
    (State.ACCEPTED, gettext_lazy("Accepted"), {State.ACCEPTED}),
    (State.OPEN, gettext_lazy("Registration open"), {State.OPEN}),
    (State.CLOSED, gettext_lazy("Registration closed"), {State.CLOSED}),
    (State.RUNNING_OPEN, gettext_lazy("Running"), set(Event.RUNNING)),
    (State.FINISHED, gettext_lazy("Finished"), {State.FINISHED}),
]


@dataclass(frozen=True)
class StateStep:
    """`status`: done, current or ahead; the line of an event that was called off ends where it was."""

    label: str | Promise
    status: str


def steps_of(event: Event) -> list[StateStep]:
    way = list(WAY)
    if event.state == State.PENDING or current_organisation().events_need_approval:
        way.insert(1, PENDING)
    if event.state == State.CANCELLED:
        return [StateStep(gettext_lazy("Called off"), "current")]
    present = next(number for number, (_state, _label, states) in enumerate(way) if event.state in states)
    return [StateStep(label, _status(number, present)) for number, (_state, label, _states) in enumerate(way)]


def _status(number: int, present: int) -> str:
    return "current" if number == present else "done" if number < present else "ahead"


def what_comes_next(event: Event) -> str:
    """What happens next, and when: "Registration opens Tue, 10 Mar 2026, 10:00 CET."."""
    match event.state:
        case State.NEW:
            return _("Only you and the administrators can see it. Submit it when it is ready.")
        case State.PENDING:
            return _("An administrator accepts it, or rejects it with a reason.")
        case State.ACCEPTED:
            return _at(_("Registration opens %(moment)s."), _first_opening(event))
        case State.OPEN:
            closes = max((offer.closes_at for offer in offers_of(event)), default=event.starts_at)
            return _at(_("Registration closes %(moment)s."), min(closes, event.starts_at))
        case State.CLOSED:
            starts = _at(_("The event starts %(moment)s."), event.starts_at)
            full = _("It is full: registration reopens as soon as a place is free.")
            return f"{full} {starts}" if _is_full(event) else starts
        case State.RUNNING_OPEN | State.RUNNING_CLOSED:
            return _at(_("It ends %(moment)s."), event.ends_at)
    return ""


def _first_opening(event: Event) -> datetime | None:
    moments = [offer.opens_at for offer in offers_of(event) if offer.window == Window.NOT_YET and offer.opens_at]
    return min(moments, default=None)


def _is_full(event: Event) -> bool:
    [available] = availability_of([event])
    return available.is_open and available.is_full


def _at(sentence: str, moment: datetime | None) -> str:
    return sentence % {"moment": dates.deadline(moment)} if moment else ""
