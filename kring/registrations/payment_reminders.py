"""Reminders of instalments, before and after their day, and of orders that wait for a slow payment.

Each is sent once, to who still owes. Nothing is sent about an event that was called off.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from kring.billing import instalments
from kring.billing.instalments import PartState
from kring.billing.locking import lock_pk
from kring.billing.models import Instalment, Order, OrderQuerySet
from kring.events.models import Event
from kring.organisations.current import current_organisation
from kring.organisations.models import Organisation
from kring.payments import mails
from kring.payments.models import Payment
from kring.registrations.models import Registration

# As many days as an organisation may choose.
MOST_DAYS = timedelta(days=60)
AT_ONCE = 500


def with_instalments_due() -> OrderQuerySet:
    """In all organisations: those that may have something to be reminded of."""
    rows: OrderQuerySet = Order.objects.filter(state=Order.State.PAID)
    return rows.filter(next_due_on__lte=timezone.localdate() + MOST_DAYS)


def about_to_expire() -> OrderQuerySet:
    rows: OrderQuerySet = Order.objects.filter(state=Order.State.AWAITING_PAYMENT, reminded_at=None)
    return rows.filter(expires_at__gt=timezone.now(), expires_at__lte=timezone.now() + MOST_DAYS)


def remind_of_instalments() -> int:
    """How many were sent, in this scope."""
    organisation = current_organisation()
    today = timezone.localdate(timezone.now(), organisation.zone)
    # Not those that came in: they are never reminded of, and would leave no room for others.
    open_parts = Instalment.objects.filter(order=OuterRef("pk"), amount__gt=0, due_on__gte=OuterRef("next_due_on"))
    parts = open_parts.filter(_is_due(organisation, today))
    orders = _still_of_use(with_instalments_due()).filter(Exists(parts)).order_by("next_due_on", "pk")
    return sum(_remind(pk, organisation, today) for pk in orders.values_list("pk", flat=True)[:AT_ONCE])


def remind_of_payments() -> int:
    """Of orders that wait for staff to note their payment, some days before they expire, and not on their first day."""
    days = current_organisation().unpaid_days_before
    if not days:
        return 0
    now = timezone.now()
    waiting = Payment.objects.waiting_for_staff().filter(
        order=OuterRef("pk"), created_at__lte=now - timedelta(days=1), payer_email=""
    )
    orders = _still_of_use(about_to_expire()).filter(Exists(waiting), expires_at__lte=now + timedelta(days=days))
    return sum(_remind_of_payment(pk) for pk in orders.order_by("expires_at", "pk").values_list("pk", flat=True))


def _is_due(organisation: Organisation, today: date) -> Q:
    """Of instalments. Who was reminded after its day needs no word of before it."""
    due = Q(pk__in=[])
    if days := organisation.instalment_days_before:
        soon = today + timedelta(days=days)
        due |= Q(due_on__gte=today, due_on__lte=soon, reminded_before_at=None) & Q(position__gt=1)
    if days := organisation.instalment_days_after:
        due |= Q(due_on__lte=today - timedelta(days=days), reminded_after_at=None)
    return due


def _still_of_use(orders: OrderQuerySet) -> OrderQuerySet:
    """Of an event that was not called off."""
    live = Registration.objects.filter(line__order=OuterRef("pk")).live().exclude(event__state=Event.State.CANCELLED)
    rows: OrderQuerySet = orders.filter(Exists(live)).exclude(buyer_email="")
    return rows


def _remind(pk: int, organisation: Organisation, today: date) -> int:
    """Under the order's lock: a payment that arrives at this moment is there, or waits for us."""
    order = lock_pk(pk)
    if order.state != Order.State.PAID:
        return 0
    found = {part.instalment.pk: part for part in _states(order) if part.open}
    due = order.instalments.filter(_is_due(organisation, today), pk__in=found)
    for each in due:
        is_late = each.due_on < today
        mails.instalment_due(order, found[each.pk], is_late=is_late)
        now = timezone.now()
        # One that was missed is not sent after the day.
        marks = {"reminded_before_at": now} | ({"reminded_after_at": now} if is_late else {})
        order.instalments.filter(pk=each.pk).update(**marks)
    return len(due)


def _states(order: Order) -> list[PartState]:
    return instalments.states(order.instalments.all(), order.payments.kept() - order.retained)


def _remind_of_payment(pk: int) -> int:
    order = lock_pk(pk)
    if not order.is_unpaid or order.is_overdue or order.reminded_at:
        return 0
    payment = order.payments.waiting_for_staff().filter(payer_email="").order_by("-pk").first()
    if payment is None:
        return 0
    Order.objects.filter(pk=pk).update(reminded_at=timezone.now())
    mails.payment_reminder(payment, order)
    return 1
