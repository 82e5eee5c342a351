"""Credit with the organisation: refunds to it, payments by it, and paying it out (R6).

An append-only ledger (`CreditEntry`); the database lets no balance fall below zero. Paying out makes the refund to
credit one in another way, against the same payment: money leaves the books once. Locks: order, payment, refund, the
account last.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import IntegrityError, transaction

from kring.accounts.addresses import verified
from kring.accounts.models import User
from kring.billing.models import Order
from kring.core import money
from kring.core.addresses import normalised
from kring.payments import mails, refusals
from kring.payments.mail_kinds import CREDIT_ADDED, CREDIT_SPENT, CREDIT_TAKEN_BACK
from kring.payments.models import KEPT, CreditAccount, CreditEntry, Payment, PaymentQuerySet, Refund

METHOD = "credit"


def address_of(payment: Payment) -> str:
    """To whose credit a refund of it goes: back to where it came from, or to whoever paid; "": nobody's. Needs the
    order."""
    if payment.method == METHOD:
        return str(payment.settings["email"])
    return payment.paid_by[1]


def account_of(email: str, currency: str) -> CreditAccount:
    """Of this address; made where there is none."""
    facts = {"email": normalised(email), "currency": currency}
    CreditAccount.objects.bulk_create([CreditAccount(**facts)], ignore_conflicts=True)
    found: CreditAccount = CreditAccount.objects.get(**facts)
    return found


def usable(order: Order, user: User | None) -> CreditAccount | None:
    """What can pay for this order: the most that is on an address of who is logged in. No statement for others: who has
    the link of an order, and had its buyer confirm it, is not the buyer."""
    if user is None:
        return None
    rows = CreditAccount.objects.filter(currency=order.currency, balance__gt=0).order_by("-balance", "pk")
    return rows.filter(email__in=verified(user)).first()


def of_user(user: User) -> list[CreditAccount]:
    return list(CreditAccount.objects.filter(email__in=verified(user)).order_by("pk"))


def give(refund: Refund) -> None:
    """A refund goes to credit: on its account. In its transaction."""
    assert refund.credit_account is not None
    _write(refund.credit_account, refund.amount, refund=refund, reason=refund.reason, by=refund.created_by)
    mails.credit_changed(refund.credit_account, refund.amount, CREDIT_ADDED, refund.payment)


def take_back(refund: Refund, *, reason: str, by: User | None) -> None:
    """It was noted by mistake. Raises NotEnoughCredit where it was spent."""
    assert refund.credit_account is not None
    _write(refund.credit_account, -refund.amount, refund=refund, reason=reason, by=by)
    mails.credit_changed(refund.credit_account, -refund.amount, CREDIT_TAKEN_BACK, refund.payment)


def spend(payment: Payment) -> None:
    """Pay with it. Raises NotEnoughCredit."""
    account = account_of(payment.settings["email"], payment.currency)
    _write(account, -payment.amount, payment=payment)
    mails.credit_changed(account, -payment.amount, CREDIT_SPENT, payment)


def write_off(account: CreditAccount, amount: Decimal, *, refund: Refund, reason: str, by: User | None) -> None:
    """It goes out by this refund. Raises NotEnoughCredit."""
    _write(account, -amount, refund=refund, reason=reason, by=by)


def paid_out_of(refund: Refund) -> CreditAccount | None:
    """Whose credit goes out by this refund; None: nobody's."""
    if refund.how == Refund.How.CREDIT:
        return None
    entry = CreditEntry.objects.filter(refund=refund).select_related("account").first()
    return entry.account if entry else None


def of_orders_that_ended_unpaid() -> PaymentQuerySet:
    """Payments by credit for what was never completed: the credit goes back by itself."""
    paid = Payment.objects.filter(method=METHOD, state=Payment.State.PAID)
    return paid.annotate(kept=KEPT).filter(kept__gt=0, order__state__in=Order.OVER, order__paid_at=None)


def _write(
    account: CreditAccount,
    amount: Decimal,
    *,
    refund: Refund | None = None,
    payment: Payment | None = None,
    reason: str = "",
    by: User | None = None,
) -> None:
    try:
        with transaction.atomic():
            CreditEntry.objects.create(
                account=account, amount=amount, refund=refund, payment=payment, reason=reason[:300], created_by=by
            )
    except IntegrityError as error:
        if "credit_is_never_below_zero" not in str(error):
            raise
        account.refresh_from_db()
        raise refusals.NotEnoughCredit(left=money.say(account.balance, account.currency)) from None
    account.refresh_from_db()
