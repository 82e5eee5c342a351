"""The simulated provider: takes charges, lets the payer decide their outcome, and notifies the merchant.

It stands in for a real one in demo and tests, and misbehaves on request as real ones do: it notifies twice, late, in
the wrong order, with the wrong amount, or not at all. It has no access to Kring's orders and payments, only to what a
merchant sends it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import jobs
from kring.payments.testpay.models import UNDER_WAY, TestpayCharge

CENT = Decimal("0.01")


class PayerAction(TextChoices):
    """What the payer can make happen on the provider's page."""

    PAY = "pay", _("Pay")
    FAIL = "fail", _("Refuse: not enough money")
    LATER = "later", _("Pay later: the money takes two minutes")
    TWICE = "twice", _("Pay, and notify twice")
    REORDER = "reorder", _("Pay, and notify in the wrong order")
    SILENT = "silent", _("Pay, and notify nobody")
    WRONG_AMOUNT = "wrong_amount", _("Pay one cent too little")
    CLOSE = "close", _("Go back without paying")
    ARRIVE = "arrive", _("Let the money arrive now")


def open_charge(wish: Mapping[str, object], *, key: str) -> TestpayCharge:
    """The same reference again is the same charge: a repeated request charges once."""
    charge, _made = TestpayCharge.objects.get_or_create(
        reference=wish["reference"], defaults={**wish, "key": {"key": key}}
    )
    return charge


def act(charge: TestpayCharge, action: str) -> None:
    """Once a charge is paid or has failed, its state is final."""
    # Two clicks at once: the second has no effect.
    charge = TestpayCharge.objects.select_for_update().get(pk=charge.pk)
    if not charge.is_over:
        _ACTIONS[PayerAction(action)](charge)


def actions_for(charge: TestpayCharge) -> list[tuple[str, str]]:
    """What the payer may choose now: (value, label)."""
    if charge.is_over:
        return []
    possible = _WHILE_UNDER_WAY if charge.state == charge.State.PENDING else set(PayerAction) - {PayerAction.ARRIVE}
    return [(action.value, str(action.label)) for action in PayerAction if action in possible]


def facts_of(charge: TestpayCharge) -> dict[str, object]:
    """The state of a charge as the merchant may query it."""
    let_arrive_what_is_due(charge)
    return _facts(charge, charge.state)


def let_arrive_what_is_due(charge: TestpayCharge) -> None:
    """Money that was under way long enough has arrived."""
    if charge.state == charge.State.PENDING and charge.arrives_at and charge.arrives_at <= timezone.now():
        charge.pay(charge.amount)


def arrive(charge_id: int) -> None:
    """A job's verb: the money of "pay later" has arrived; the merchant is notified."""
    charge = TestpayCharge.objects.select_for_update().get(pk=charge_id)
    if not charge.is_over:
        _pay(charge)


def _facts(charge: TestpayCharge, status: str) -> dict[str, object]:
    amount = charge.paid_amount if status == charge.State.PAID else charge.amount
    return {
        "charge": charge.public_id,
        "reference": charge.reference,
        "status": status,
        "amount": str(amount),
        "currency": charge.currency,
        "reason": charge.failure,
        "refunds": charge.refunds,
        "disputes": charge.disputes,
    }


def notify(charge: TestpayCharge, status: str) -> dict[str, object]:
    """Notify the merchant, by a job: sent after our commit, and again until it is accepted."""
    event = {"event": f"{charge.public_id}-{charge.next_event()}", **_facts(charge, status)}
    _send(charge, event)
    return event


def _send(charge: TestpayCharge, event: dict[str, object]) -> None:
    jobs.later("payments.testpay_tells", charge_id=charge.pk, event=json.dumps(event))


def _pay(charge: TestpayCharge) -> None:
    charge.pay(charge.amount)
    notify(charge, charge.State.PAID)


def _fail(charge: TestpayCharge) -> None:
    charge.fail("insufficient_funds")
    notify(charge, charge.State.FAILED)


def _later(charge: TestpayCharge) -> None:
    charge.pay_later()
    notify(charge, charge.State.PENDING)
    jobs.later("payments.testpay_arrives", charge_id=charge.pk, after=UNDER_WAY)


def _twice(charge: TestpayCharge) -> None:
    charge.pay(charge.amount)
    _send(charge, notify(charge, charge.State.PAID))


def _reorder(charge: TestpayCharge) -> None:
    charge.pay(charge.amount)
    notify(charge, charge.State.PAID)
    notify(charge, charge.State.PENDING)
    notify(charge, charge.State.FAILED)


def _silent(charge: TestpayCharge) -> None:
    charge.pay(charge.amount)


def _wrong_amount(charge: TestpayCharge) -> None:
    charge.pay(charge.amount - CENT)
    notify(charge, charge.State.PAID)


def _close(charge: TestpayCharge) -> None:
    """The payer just leaves; the charge stays open."""


_WHILE_UNDER_WAY = {PayerAction.ARRIVE, PayerAction.FAIL, PayerAction.CLOSE}
_ACTIONS: dict[PayerAction, Callable[[TestpayCharge], None]] = {
    PayerAction.PAY: _pay,
    PayerAction.FAIL: _fail,
    PayerAction.LATER: _later,
    PayerAction.TWICE: _twice,
    PayerAction.REORDER: _reorder,
    PayerAction.SILENT: _silent,
    PayerAction.WRONG_AMOUNT: _wrong_amount,
    PayerAction.CLOSE: _close,
    PayerAction.ARRIVE: _pay,
}
