"""Giving back what was paid for an event that was called off: in parts, stoppable, and never twice (E4, R6).

The orders are written down before anything happens. Each part is done and noted in one transaction: what is noted is
done, what is not has not happened. Providers are asked by the job of refunds, outside of it. Places that become free by
this are offered to nobody: waiting lists of a cancelled event are closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kring.accounts.models import User
from kring.billing import settling
from kring.billing.locking import ours, rows_to_lock
from kring.billing.models import Order, OrderQuerySet
from kring.core import codes, jobs
from kring.core.refusals import Refusal, WrongState
from kring.events.models import Event
from kring.mail import facts, outbox
from kring.mail.models import Message
from kring.organisations import audit
from kring.organisations.links import link
from kring.payments import payees, refunding
from kring.payments.models import Payment, Refund
from kring.registrations.models import Registration
from kring.registrations.refund_run import RefundRun, RefundRunItem

NOTHING = Decimal(0)
PART = 100
# From this sum on a code is typed, in the currency of the organisation.
LARGE = Decimal(500)

Outcome = RefundRunItem.Outcome


class NotCalledOff(Refusal):
    code = "not_called_off"
    message = _("Only an event that was called off is refunded as a whole.")


class RunningAlready(Refusal):
    code = "running_already"
    message = _("The refund of this event is running already, or was stopped: go on with that one.")


@dataclass(frozen=True)
class Way:
    """What goes back in one way: `method` is that of the payments."""

    method: str
    is_automatic: bool
    is_test: bool
    number: int
    amount: Decimal


@dataclass(frozen=True)
class Plan:
    """What would happen now, if the event were refunded. Sums are of real money, the ways of all."""

    orders: int
    to_cancel: int
    ways: Sequence[Way]

    @property
    def amount(self) -> Decimal:
        return sum((way.amount for way in self.ways if not way.is_test), NOTHING)

    @property
    def automatic(self) -> Decimal:
        return sum((way.amount for way in self.ways if way.is_automatic and not way.is_test), NOTHING)

    @property
    def by_hand(self) -> Decimal:
        return self.amount - self.automatic

    @property
    def is_empty(self) -> bool:
        return not self.orders

    def code(self, event: Event) -> str:
        """To be typed before so much goes back; "": it is not much. Another sum has another code."""
        if self.automatic < LARGE:
            return ""
        text = f"{settings.SECRET_KEY} {event.pk} {self.automatic} {self.orders}"
        digest = hashlib.sha256(text.encode()).digest()
        return "".join(codes.READABLE[byte % len(codes.READABLE)] for byte in digest[:6])


def plan(event: Event) -> Plan:
    """Three statements, however many orders."""
    orders = list(_orders(event).prefetch_related("payments"))
    sums: dict[tuple[str, bool, bool], list[Decimal]] = {}
    for order in orders:
        for payment, amount in _parts(order):
            kind = (payment.method, refunding.goes_by_itself(payment), payment.is_test)
            sums.setdefault(kind, []).append(amount)
    ways = [Way(*kind, len(each), sum(each, NOTHING)) for kind, each in sorted(sums.items())]
    return Plan(len(orders), sum(order.state not in Order.OVER for order in orders), ways)


@transaction.atomic
def begin(event: Event, *, cancels: bool, refunds: bool, by: User | None, by_bank_file: bool = False) -> RefundRun:
    """Write the orders down; a job does them. Raises NotCalledOff, RunningAlready."""
    if event.state != Event.State.CANCELLED:
        raise NotCalledOff
    try:
        with transaction.atomic():
            run: RefundRun = RefundRun.objects.create(
                event=event,
                cancels=cancels,
                refunds=refunds,
                by_bank_file=by_bank_file,
                reason=event.reason[:300],
                created_by=by,
            )
    except IntegrityError:
        raise RunningAlready from None
    # Those of one payer together: they get one email.
    keys = _orders(event).order_by("buyer_email", "pk").values_list("pk", flat=True)
    RefundRunItem.objects.bulk_create((RefundRunItem(run=run, order_id=key) for key in keys), batch_size=5_000)
    facts_of_it = {"cancels": cancels, "refunds": refunds, "by_bank_file": by_bank_file, "number": len(keys)}
    audit.log("event.refund_begun", event, new=facts_of_it, actor=by)
    jobs.later("registrations.refund_run", run_id=run.pk)
    return run


def stop(run: RefundRun, *, by: User | None) -> None:
    """After the part that is being done. What is done stays done."""
    if RefundRun.objects.filter(pk=run.pk, stopped_at=None, finished_at=None).update(stopped_at=timezone.now()):
        audit.log("event.refund_stopped", run.event, actor=by)


def go_on(run: RefundRun, *, by: User | None) -> None:
    if RefundRun.objects.filter(pk=run.pk, finished_at=None).exclude(stopped_at=None).update(stopped_at=None):
        audit.log("event.refund_resumed", run.event, actor=by)
        jobs.later("registrations.refund_run", run_id=run.pk)


def proceed(run_id: int, *, most: int = PART) -> bool:
    """Do the next part in this transaction. False when there is none left, or it was stopped."""
    run = RefundRun.objects.select_for_update(of=("self",)).select_related("event", "created_by").get(pk=run_id)
    if not run.is_running:
        return False
    items = _next_part(run, most)
    keys = [item.order_id for item in items]
    orders = {each.pk: ours(each) for each in rows_to_lock().filter(pk__in=keys).order_by("pk")}
    made: list[Refund] = []
    with audit.acting(run.created_by) if run.created_by else audit.acting(None, label="worker"):
        for item in items:
            item.order = orders[item.order_id]
            made += _do(run, item)
        _ask(made)
    RefundRunItem.objects.bulk_update(items, ["outcome", "returned", "by_file", "left", "why"])
    outbox.post(list(_mails(run, items)))
    if items:
        return True
    RefundRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
    return False


def progress(run: RefundRun) -> dict[str, int]:
    return dict(run.items.order_by().values_list("outcome").annotate(Count("pk")))


def sums(run: RefundRun) -> dict[str, Decimal]:
    found: dict[str, Decimal | None] = run.items.aggregate(
        **{name: Sum(name) for name in ("returned", "by_file", "left")}
    )
    return {name: value or NOTHING for name, value in found.items()}


def _orders(event: Event) -> OrderQuerySet:
    """With something to cancel, or to give back."""
    mine = Registration.objects.filter(event=event).values("line__order")
    rows = Order.objects.filter(pk__in=mine)
    paid = Payment.objects.filter(state=Payment.State.PAID).exclude(amount=0).values("order")
    over = rows.filter(state__in=Order.OVER, pk__in=paid)
    live = rows.exclude(state__in=[*Order.OVER, *Order.UNPAID])
    keys = [order.pk for order in over.prefetch_related("payments") if _parts(order)]
    return (live | rows.filter(pk__in=keys)).order_by("pk")


def _parts(order: Order) -> list[tuple[Payment, Decimal]]:
    """Of which payments how much goes back: all there is, but for what is retained. Those of providers first."""
    paid = [each for each in order.payments.all() if each.state == Payment.State.PAID and each.left > 0]
    paid.sort(key=lambda each: (not refunding.can_be_sent(each), each.pk))
    left, found = sum((each.left for each in paid), NOTHING) - order.retained, []
    for payment in paid:
        if (part := min(left, payment.left)) > 0:
            found.append((payment, part))
            left -= part
    return found


def _next_part(run: RefundRun, most: int) -> list[RefundRunItem]:
    """With all that follow of the last payer in it."""
    waiting = run.items.filter(outcome=Outcome.WAITING).select_related("order").order_by("pk")
    items = list(waiting[:most])
    if len(items) == most and (email := items[-1].order.buyer_email):
        items += waiting.filter(pk__gt=items[-1].pk, order__buyer_email=email)
    return items


def _do(run: RefundRun, item: RefundRunItem) -> list[Refund]:
    """One order, completely or not at all; the refunds to be made are returned."""
    order, made = item.order, list[Refund]()
    item.outcome = Outcome.DONE
    if run.cancels and order.state not in Order.OVER:
        try:
            with transaction.atomic():
                settling.cancel(order, reason=run.reason, is_notified=True)
        except WrongState as refusal:
            with translation.override(run.created_by.language if run.created_by else "en"):
                item.outcome, item.why = Outcome.REFUSED, str(refusal)[:300]
            return []
    if not run.refunds:
        return []
    for payment, amount in _parts(order):
        how = _how(run, payment)
        if how == Refund.How.CREDIT:
            refunding.refund(payment, amount=amount, reason=run.reason, by=run.created_by)
        elif how:
            made.append(refunding.asked_for(payment, how=how, amount=amount, reason=run.reason, by=run.created_by))
        match how:
            case Refund.How.PROVIDER | Refund.How.CREDIT:
                item.returned += amount
            case Refund.How.BANK_FILE:
                item.by_file += amount
            case _:
                item.left += amount
    if item.left:
        item.outcome = Outcome.BY_HAND
    return made


def _how(run: RefundRun, payment: Payment) -> str:
    """ "": staff have to do it at the payment."""
    if refunding.goes_by_itself(payment):
        return refunding.ways(payment)[0]
    _name, email = payment.paid_by
    is_by_file = run.by_bank_file and email and Refund.How.BANK_FILE in refunding.ways(payment)
    return Refund.How.BANK_FILE if is_by_file else ""


def _ask(made: Sequence[Refund]) -> None:
    """The rows of all refunds of a part, in one statement; the database refuses what is too much."""
    by_file = [each for each in made if each.how == Refund.How.BANK_FILE]
    payees_by_email = payees.of_addresses({each.payment.paid_by[1] for each in by_file}) if by_file else {}
    for refund in by_file:
        refund.payee = payees_by_email[refund.payment.paid_by[1]]
    Refund.objects.bulk_create(made)
    payees.ask(by_file)
    audit.log_many(
        [
            (refunding.ACTS[each.how], each.payment, None, {"amount": each.amount, "reason": each.reason})
            for each in made
        ]
    )
    if len(made) > len(by_file):
        jobs.later("payments.send_refunds")


def _mails(run: RefundRun, items: Iterable[RefundRunItem]) -> Iterable[Message]:
    """To each payer one, about all their orders."""
    by_payer: dict[str, list[RefundRunItem]] = {}
    for item in items:
        if item.order.buyer_email and (item.returned or item.left):
            by_payer.setdefault(item.order.buyer_email.lower(), []).append(item)
    for theirs in by_payer.values():
        order = theirs[0].order
        returned, left = (sum((getattr(each, name) for each in theirs), NOTHING) for name in ("returned", "left"))
        yield outbox.message(
            "event-refund",
            to=order.buyer_email,
            name=order.buyer_name,
            language=order.language,
            subject=order,
            event=str(run.event),
            number=", ".join(each.order.number for each in theirs),
            amount=facts.money(returned, order.currency) if returned else "",
            by_hand=facts.money(left, order.currency) if left else "",
            order_url=facts.link(link(order.organisation, "public:order", order.secret)),
        )
