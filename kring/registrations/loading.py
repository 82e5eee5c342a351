"""An order with its lines and registrations, read once: each step of it works on these objects.

They are where Django keeps prefetched rows (`order.lines.all()`, `line.registrations.all()`), so that code
that reads them there, such as `billing.fulfilment`, needs no query. Code that changes something takes the order's lock
(`billing.locking`) before reading it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from kring.billing.models import Order
from kring.core.prepared_queries import prepared
from kring.events.eligibility.asking_profession import asks_profession
from kring.events.models import Attraction, EligibilityRule, Session
from kring.forms.models import Form
from kring.registrations import gifts
from kring.registrations.eligibility_after_payment import IS_JUDGED
from kring.registrations.filling import BASIC, that_ask_more
from kring.registrations.loaded import Loaded, of_line
from kring.registrations.models import Registration, Ticket
from kring.registrations.on_site import open_on_site


def load(order: Order) -> list[Loaded]:
    """All, in the order of the lines. One statement; none for an order that was loaded before."""
    if "lines" not in _fetched(order):
        _attach(order, _of_order(order=order.pk, now=timezone.now()))
    return [each for line in order.lines.all() for each in of_line(line)]


def not_cancelled(order: Order) -> list[Loaded]:
    """Without those whose line was cancelled."""
    return [each for each in load(order) if each.line.cancelled_at is None]


def forget(order: Order) -> None:
    """The next step changes registrations it reads by itself: to be loaded again."""
    _fetched(order).pop("lines", None)


def order_behind(secret: str) -> Order | None:
    """The order with this secret link, loaded. One statement."""
    if not (rows := _behind(secret=secret, now=timezone.now())):
        return None
    order: Order = rows[0].line.order
    _attach(order, rows)
    return order


def _attach(order: Order, rows: Sequence[Registration]) -> None:
    for each in rows:
        each.line.order = order
        _remember(each.line, "registrations", [each])
    _remember(order, "lines", [each.line for each in rows])


def _remember(owner: Model, name: str, rows: Sequence[Model]) -> None:
    found = getattr(owner, name).all()
    found._result_cache, found._prefetch_done = list(rows), True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found


def _fetched(order: Order) -> dict[str, object]:
    found: dict[str, object] = getattr(order, "_prefetched_objects_cache", {})
    return found


@prepared
def _of_order(order: int, now: datetime) -> QuerySet[Loaded]:
    return _rows(now).filter(line__order=order)


@prepared
def _behind(secret: str, now: datetime) -> QuerySet[Loaded]:
    return _rows(now).filter(line__order__secret=secret).select_related("line__order")


def _rows(now: datetime) -> QuerySet[Loaded]:
    mine = Session.objects.filter(attraction=OuterRef("attraction_id"))
    rules = EligibilityRule.objects.filter(Q(event=OuterRef("event")) | Q(attraction=OuterRef("attraction")), key="age")
    rows = Registration.objects.order_by("line__position").annotate(
        # Whether the form asks for more than a name; whether everybody in the organisation answers basic questions.
        asks_more=Exists(that_ask_more(Attraction.objects.filter(pk=OuterRef("attraction_id")), now)),
        asks_basic=Exists(Form.objects.in_use().filter(purpose=BASIC)),
        # Whether its attraction has any; some that can be chosen now.
        has_sessions=Exists(mine),
        has_open_sessions=Exists(mine.open_for_choosing(now)),
        has_age_rule=Exists(rules),
        asks_profession=asks_profession(),
        # Also one from an earlier completion.
        has_ticket=Exists(Ticket.objects.filter(registration=OuterRef("pk"))),
        # Whether rules apply after payment.
        is_judged=IS_JUDGED,
        open_on_site=open_on_site("line__order"),
        gift=gifts.of_order("line__order"),
    )
    return rows.select_related("event", "attraction", "ticket_type", "line", "attendee")
