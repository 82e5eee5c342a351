"""How many places of an event one e-mail address, and one internet connection, may have for which nothing is paid (A7).

The organisation sets the numbers (0: no limit). Counted is what an order holds while it is unpaid, what is to be paid
on site, and what is free; the last two keep a place for good at once. What was paid, cancelled or lapsed counts no
more, nor does what staff completed. Places given by a waiting list, by staff or by a program count for nobody.

- By address: of the buyer, as a mailbox (`core.addresses.mailbox`). Free places of an address that is confirmed do not
  count. Checked when the buyer is entered.
- By network: an address of IPv4, a /64 of IPv6. Of what is free or paid on site, only of the last hour: a whole school
  stands behind one address. Logged-in users are counted by their login instead, as one address. Checked when
  places are taken.

An order is counted by a digest of event and mailbox, or of event and network: readers of the table learn neither,
nor who came to two events. Locks: `held:<digest>`, after the order's row and before places; until the end of the
transaction others of the same address or network wait, so that two at once are never both the last one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kring.accounts.addresses import is_proved
from kring.accounts.models import Role, User
from kring.accounts.roles import staff_roles_of
from kring.billing.models import Order
from kring.core.addresses import mailbox
from kring.core.locks import count_alone
from kring.core.prepared_queries import Statement, prepared_sql
from kring.events.models import Event
from kring.organisations import limits
from kring.organisations.current import current_organisation
from kring.payments.models import Payment
from kring.registrations import refusals
from kring.registrations.models import Registration, RegistrationQuerySet

REMEMBERED_FOR = timedelta(hours=1)
PER_ADDRESS = limits.declare(
    limits.Limit(
        "held_places_per_address",
        limits.ORDERS,
        _("Unpaid places of one event for one email address"),
        _("What is free, unpaid or to be paid on site. 0: no limit."),
        default=40,
        column="held_places_per_address",
        has_none=True,
    )
)
PER_NETWORK = limits.declare(
    limits.Limit(
        "held_places_per_network",
        limits.ORDERS,
        _("Unpaid places of one event for one internet connection"),
        _("Of those without payment, only the last hour's. 0: no limit."),
        default=100,
        column="held_places_per_network",
        has_none=True,
    )
)


def key_of_network(event: Event, network: str) -> str:
    """For `Order.counted_network`."""
    return _digest(event.pk, f"network {network}")


def count_for_network(order: Order, event: Event, *, places: int, user: User | None) -> None:
    """Of an order that has no lines yet. One statement; more only for a login beyond the limit. Raises TooManyHere,
    TooManyUnpaid."""
    key, most = order.counted_network, PER_NETWORK.number()
    if not most or _count(key, _of_network(key=key, **_times())) + places <= most:
        return
    if is_staff(user):
        order.count_for_no_network()
        return
    if user is None or not is_proved(user):
        raise refusals.TooManyHere(most=most, contact=_contact())
    _refuse_too_many_of(user, event, places)


def count_for_address(
    order: Order, event_id: int, email: str, *, places: int, is_confirmed: bool, user: User | None
) -> str:
    """For `Order.counted_address`. One statement; another one for a login beyond the limit. Raises TooManyUnpaid,
    TooManyFree."""
    is_free, most = not order.total, PER_ADDRESS.number()
    if is_free and is_confirmed:
        return ""
    key = _digest(event_id, f"mailbox {mailbox(email)}")
    others = _free_of_address if is_free else _to_pay_of_address
    if not most or _count(key, others(key=key, but=order.pk, now=timezone.now())) + places <= most:
        return key
    if is_staff(user):
        return ""
    raise (refusals.TooManyFree if is_free else refusals.TooManyUnpaid)(most=most, contact=_contact())


def count_again(order: Order, event_id: int) -> None:
    """By the address of its buyer, when it became free by an answer, or is to be paid by it. Not of an order that no
    visitor began. Raises TooManyUnpaid, TooManyFree."""
    if not order.counted_network:
        return
    places, email = Registration.objects.of_order(order).filter(line__cancelled_at=None).count(), order.buyer_email
    is_confirmed = order.is_address_confirmed
    key = count_for_address(order, event_id, email, places=places, is_confirmed=is_confirmed, user=order.buyer)
    order.count_for(key)


def _refuse_too_many_of(user: User, event: Event, places: int) -> None:
    most = PER_ADDRESS.number()
    others = _of_login(user=user.pk, event=event.pk, now=timezone.now())
    if most and _count(_digest(event.pk, f"login {user.pk}"), others) + places > most:
        raise refusals.TooManyUnpaid(most=most, contact=_contact())


@prepared_sql
def _of_network(key: str, now: datetime, since: datetime) -> QuerySet:
    """All that is held, and of what was given without money only the last hour's."""
    recent = Q(line__order__state__in=Order.UNPAID) | Q(line__order__created_at__gt=since)
    return _unpaid(now, counted_network=key).filter(recent, _is_indexed("counted_network")).values("pk")


@prepared_sql
def _free_of_address(key: str, but: int, now: datetime) -> QuerySet:
    rows = _unpaid(now, counted_address=key, total=0).filter(_is_indexed("counted_address"))
    return rows.exclude(line__order=but).values("pk")


@prepared_sql
def _to_pay_of_address(key: str, but: int, now: datetime) -> QuerySet:
    rows = _unpaid(now, counted_address=key, total__gt=0).filter(_is_indexed("counted_address"))
    return rows.exclude(line__order=but).values("pk")


@prepared_sql
def _of_login(user: int, event: int, now: datetime) -> QuerySet:
    return _unpaid(now, buyer=user).filter(event=event).values("pk")


def _unpaid(now: datetime, **of_orders: object) -> RegistrationQuerySet:
    """The places for which nothing is paid, of orders like these."""
    money = Payment.objects.filter(order=OuterRef("line__order"), state=Payment.State.PAID, amount__gt=0)
    held = Q(line__order__state__in=Order.UNPAID) & (
        Q(line__order__expires_at=None) | Q(line__order__expires_at__gt=now)
    )
    given = Q(line__order__state=Order.State.PAID, line__order__reason="") & ~Exists(money)
    rows = Registration.objects.live().filter(**{f"line__order__{name}": value for name, value in of_orders.items()})
    return rows.filter(held | given).order_by()


def _is_indexed(column: str) -> Func:
    """True of any key. PostgreSQL keeps one plan for all of them, and must see in it that the partial index will do."""
    given = "%(expressions)s <> ''"
    return Func(F(f"line__order__{column}"), template=given, output_field=BooleanField())


def _times() -> dict[str, datetime]:
    now = timezone.now()
    return {"now": now, "since": now - REMEMBERED_FOR}


def _count(key: str, others: Statement) -> int:
    return count_alone(f"held:{key}", others)


def _digest(event_id: int, who: str) -> str:
    return salted_hmac("kring.registrations.limits", f"{event_id} {who}", algorithm="sha256").hexdigest()[:32]


def is_staff(user: User | None) -> bool:
    """Of this organisation, in whatever role but that of a member."""
    return bool(staff_roles_of(user).roles - {Role.Name.MEMBER})


def _contact() -> str:
    return current_organisation().reply_to or current_organisation().contact_email
