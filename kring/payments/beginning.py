"""How an attempt to pay begins: what may be paid, how much of it is open, until when it is reserved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from kring.billing import instalments, settling
from kring.billing.locking import lock
from kring.billing.models import Order
from kring.billing.refusals import OrderGone
from kring.core import codes, money
from kring.core.prepared_queries import prepared
from kring.organisations.current import current_organisation
from kring.payments import refusals
from kring.payments.method import PaymentMethod, Settings
from kring.payments.models import Payment, ProviderAccount, SavedMeans

# For slow methods where the attraction sets none.
DAYS_TO_PAY = 14
SHORTEST_FOR_SLOW_MONEY = timedelta(days=1)

COVERED = (Order.State.PAID, Order.State.UNDECIDED)


@dataclass(frozen=True)
class Payer:
    """Somebody who pays for the buyer."""

    name: str
    email: str


BUYER = Payer("", "")


def kept_until(kind: PaymentMethod, days_to_pay: int | None, latest: datetime | None = None) -> datetime:
    """How long an order stays open, at least, when an attempt with this method begins now."""
    return _days_from_now(days_to_pay, latest) if kind.hold is None else timezone.now() + kind.hold


def _days_from_now(days_to_pay: int | None, latest: datetime | None) -> datetime:
    # Days in the organisation's time zone: at the same time of day, also over a change of the clocks.
    until = timezone.localtime(timezone.now(), current_organisation().zone) + timedelta(days=days_to_pay or DAYS_TO_PAY)
    return min(until, latest) if latest else until


def slow_until(days_to_pay: int | None, latest: datetime | None) -> datetime | None:
    """Until when the places may be kept for money that takes days; None where there are no such days any more."""
    until = _days_from_now(days_to_pay, latest)
    return until if until > timezone.now() + SHORTEST_FOR_SLOW_MONEY else None


def attempt(
    order: Order,
    kind: PaymentMethod,
    settings: Settings,
    until: datetime,
    account: ProviderAccount | None = None,
    wanted: Decimal | None = None,
    payer: Payer = BUYER,
    seen: Decimal | None = None,
    means: SavedMeans | None = None,
) -> tuple[Order, Payment]:
    """The order, locked, and this payer's open attempt with this method: the existing one, or one for `wanted`. `seen`:
    what was open when that was decided; `means`: what is charged, without the payer."""
    order = lock(order)
    refuse_what_cannot_be_paid(order)
    live = _counting(order=order.pk)
    open_sum = _left(order, live)
    if seen is not None and seen != open_sum:
        raise refusals.PaysTooMuch(left=money.say(open_sum, order.currency))
    left = _asked_for(order, open_sum, wanted)
    is_test = account is not None and account.is_test
    if not kind.is_offered_for(left, order.currency) or _mixes(live, is_test=is_test):
        raise refusals.NotOffered
    means_id = means.pk if means else None
    if any(each.is_open and each.means_id not in (None, means_id) for each in live):
        raise refusals.DebitUnderWay
    if means and any(each.is_open and each.method == "direct_debit" for each in live):
        # The organisation's bank collects it.
        raise refusals.DebitUnderWay
    theirs = [each for each in live if each.is_open and each.payer_email == payer.email]
    begun = next((each for each in theirs if each.method == kind.key), None)
    public_id = account.public_id if account else ""
    if begun is not None:
        is_same = (begun.settings, begun.account, begun.means_id) == (settings, public_id, means_id)
        if is_same and (begun.amount == left or means):
            begun.provider_account, begun.order = account, order
            return order, begun
        # The price or the account changed meanwhile: the old attempt is for the wrong amount or account.
        order.payments.filter(pk=begun.pk).let_go()
    if order.is_unpaid:
        order = settling.start_paying(order, until=until)
    payment = order.payments.create(
        method=kind.key,
        payer_name=payer.name[:200],
        payer_email=payer.email,
        account=public_id,
        provider_account=account,
        means=means,
        is_test=is_test,
        settings=dict(settings),
        amount=left,
        currency=order.currency,
        reference=new_reference(order),
    )
    return order, payment


def _mixes(live: Sequence[Payment], *, is_test: bool) -> bool:
    """Something has come in for the order in the other mode: real money and pretended never pay one order."""
    return any(each.state == Payment.State.PAID and each.left and each.is_test != is_test for each in live)


def came_in_test(order: Order) -> bool | None:
    """Whether what has come in for it is pretended money; None where nothing has. One statement."""
    kept = [each.is_test for each in _counting(order=order.pk) if each.state == Payment.State.PAID and each.left]
    return kept[0] if kept else None


def left_of(order: Order) -> Decimal:
    """The amount left to pay of an order that is locked. No statement before anybody began to pay for it."""
    return _left(order, [] if order.state == Order.State.OPEN else _counting(order=order.pk))


def completes(order: Order) -> Decimal:
    """What is asked for where no amount is chosen: what completes the order, or all that is left of it."""
    return _asked_for(order, left_of(order), None)


def _left(order: Order, live: Sequence[Payment]) -> Decimal:
    owed = order.owed if order.is_in_instalments else order.total
    return max(owed - sum(each.left for each in live if not each.is_open), Decimal(0))


def _asked_for(order: Order, left: Decimal, wanted: Decimal | None) -> Decimal:
    """So much of what is `left`; None: what completes the order, or all of it. Raises PaysTooMuch, AlreadyPaid."""
    if not left and not order.is_unpaid:
        raise refusals.AlreadyPaid
    if wanted is not None:
        refusals.refuse_bad_amount(wanted)
        if wanted > left:
            raise refusals.PaysTooMuch(left=money.say(left, order.currency))
        return wanted
    later = instalments.due_later(order) if order.is_unpaid else Decimal(0)
    return left - later if left > later else left


def new_reference(order: Order) -> str:
    return f"{order.number}-{codes.readable(4)}"


@prepared
def _counting(order: int) -> QuerySet[Payment]:
    """Of one order: the amount received, and the attempts that are open."""
    return Payment.objects.filter(order=order, state__in=[*Payment.OPEN, Payment.State.PAID]).order_by("pk")


def refuse_what_cannot_be_paid(order: Order) -> None:
    """Of an order that is complete only the rest of its instalments can be paid."""
    if order.state == Order.State.PAID and order.is_in_instalments:
        return
    if order.state in COVERED:
        raise refusals.AlreadyPaid
    if not order.is_unpaid or order.is_overdue:
        raise OrderGone
    if not order.buyer_email and not order.is_of_dues:
        raise refusals.NotReady
