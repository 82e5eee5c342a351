"""What goes back at the simulated provider: refunds the merchant asks for, those made at its own site, and what the
payer's bank takes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.payments.testpay import bank
from kring.payments.testpay.models import TestpayCharge

ANSWER_WITHIN = timedelta(days=7)
CENT = Decimal("0.01")


class NoBalance(Exception):
    """The account has not enough money to refund, or the charge not so much left."""


class AnswerLost(Exception):
    """It was done, and the answer gets lost on its way."""


class SiteAction(TextChoices):
    """What can be made happen at the provider's own site, once a charge is paid."""

    REFUND = "refund", _("Refund half of it at this site")
    ARRIVE = "refund_arrive", _("Refunds under way: let them arrive")
    BOUNCE = "refund_bounce", _("Refunds: let them come back, the account is closed")
    DISPUTE = "dispute", _("Charge back: the payer disputes it")
    WIN = "dispute_won", _("Dispute: the shop wins")
    LOSE = "dispute_lost", _("Dispute: the shop loses")


def ask(charge: TestpayCharge, *, reference: str, amount: Decimal) -> dict[str, str]:
    """By the merchant. The same reference again is the same refund. Raises NoBalance, AnswerLost."""
    charge = _locked(charge)
    known = next((each for each in charge.refunds if each["reference"] == reference), None)
    if known is not None:
        return known
    if charge.refunding == charge.Refunding.NO_BALANCE or amount > left(charge):
        raise NoBalance
    is_later = charge.refunding == charge.Refunding.LATER
    made = _refund(charge, amount, reference=reference, status="pending" if is_later else "done")
    if charge.refunding == charge.Refunding.SILENT:
        raise AnswerLost
    return made


def left(charge: TestpayCharge) -> Decimal:
    gone = sum((Decimal(each["amount"]) for each in charge.refunds if each["status"] != "failed"), Decimal(0))
    return charge.paid_amount - gone


def actions_for(charge: TestpayCharge) -> list[tuple[str, str]]:
    return [
        (each.value, str(each.label)) for each in SiteAction if charge.state == charge.State.PAID and _can(charge, each)
    ]


def act(charge: TestpayCharge, action: str) -> None:
    charge = _locked(charge)
    if charge.state == charge.State.PAID and _can(charge, SiteAction(action)):
        _ACTIONS[SiteAction(action)](charge)
        bank.notify(charge, charge.state)


def behave(charge: TestpayCharge, refunding: str) -> None:
    _locked(charge).keep(refunding=TestpayCharge.Refunding(refunding))


def _locked(charge: TestpayCharge) -> TestpayCharge:
    locked: TestpayCharge = TestpayCharge.objects.select_for_update().get(pk=charge.pk)
    return locked


def _can(charge: TestpayCharge, action: SiteAction) -> bool:
    states = {each["status"] for each in charge.refunds}
    disputes = {each["status"] for each in charge.disputes}
    return {
        SiteAction.REFUND: left(charge) > CENT,
        SiteAction.ARRIVE: "pending" in states,
        SiteAction.BOUNCE: bool(states & {"pending", "done"}),
        SiteAction.DISPUTE: not charge.disputes,
        SiteAction.WIN: "open" in disputes,
        SiteAction.LOSE: "open" in disputes,
    }[action]


def _refund(charge: TestpayCharge, amount: Decimal, *, reference: str, status: str) -> dict[str, str]:
    made = {"refund": codes.secret(), "reference": reference, "status": status, "amount": str(amount), "reason": ""}
    charge.keep(refunds=[*charge.refunds, made])
    return made


def _refund_here(charge: TestpayCharge) -> None:
    half = max((left(charge) / 2).quantize(CENT), CENT)
    _refund(charge, half, reference="", status="done")


def _all_refunds(status: str, *, only_from: set[str], reason: str = "") -> Callable[[TestpayCharge], None]:
    def move(charge: TestpayCharge) -> None:
        moved = {"status": status, "reason": reason}
        charge.keep(refunds=[each | moved if each["status"] in only_from else each for each in charge.refunds])

    return move


def _dispute(charge: TestpayCharge) -> None:
    until = timezone.now() + ANSWER_WITHIN
    made = {"dispute": codes.secret(), "status": "open", "amount": str(charge.paid_amount), "reason": "fraudulent"}
    charge.keep(disputes=[*charge.disputes, made | {"respond_by": until.isoformat()}])


def _all_disputes(status: str) -> Callable[[TestpayCharge], None]:
    def move(charge: TestpayCharge) -> None:
        charge.keep(disputes=[each | {"status": status} for each in charge.disputes])

    return move


_ACTIONS: dict[SiteAction, Callable[[TestpayCharge], None]] = {
    SiteAction.REFUND: _refund_here,
    SiteAction.ARRIVE: _all_refunds("done", only_from={"pending"}),
    SiteAction.BOUNCE: _all_refunds("failed", only_from={"pending", "done"}, reason="account_closed"),
    SiteAction.DISPUTE: _dispute,
    SiteAction.WIN: _all_disputes("won"),
    SiteAction.LOSE: _all_disputes("lost"),
}
