"""Charging what a payer has kept, without them: an attempt like any other, which the poller sends (P3, P4).

It is written first, and sent outside any transaction; before it is sent again, the provider is asked whether it has it.
Its end comes late, by a notification or a query, as of all attempts.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from kring.billing.models import Order
from kring.core import jobs
from kring.core.addresses import normalised
from kring.core.tenancy import scope
from kring.organisations.audit import log as audit
from kring.payments import accounts, refusals
from kring.payments.beginning import BUYER, Payer, attempt, kept_until, slow_until
from kring.payments.method import FAILED, ProviderReport, Urls
from kring.payments.methods import method as method_called
from kring.payments.models import Payment, SavedMeans
from kring.payments.paying import fail

# Why it failed: its order was over, or the mandate was revoked, before it could be sent.
NOT_SENT = "not_sent"


def begin(
    order: Order,
    means: SavedMeans,
    *,
    amount: Decimal | None = None,
    days_to_pay: int | None = None,
    latest: datetime | None = None,
    seen: Decimal | None = None,
) -> Payment:
    """An attempt to pay `amount` of the order with it, or what completes it; the open one where there is one. It is
    sent after the commit. The order stays open for `days_to_pay`, but not after `latest`. Whoever kept it pays.

    Raises MeansNotUsable, DebitUnderWay, NotOffered, AlreadyPaid, PaysTooMuch, OrderGone.
    """
    if not SavedMeans.objects.usable().filter(pk=means.pk).exists():
        raise refusals.MeansNotUsable
    kind, account = method_called(means.method), means.provider_account
    is_buyer = means.payer_email == normalised(order.buyer_email)
    payer = BUYER if is_buyer else Payer(means.payer_name, means.payer_email)
    until = slow_until(days_to_pay, latest) or kept_until(kind, days_to_pay, latest)
    _order, payment = attempt(order, kind, {}, until, account, amount, payer, seen, means)
    if payment.is_to_be_sent:
        payment.send_soon()
        audit("payment.charged", payment, new={"amount": payment.amount, "account": means.masked})
        jobs.later("payments.poll", payment_id=payment.pk)
    return payment


def send(payment: Payment, means: SavedMeans, notify_url: str) -> ProviderReport | None:
    """What the provider says of it, which it gets now where it does not have it. None: it does not have it, and shall
    not: nobody waits for it. At most three calls, outside any scope. Raises KeysRefused, ProviderUnavailable."""
    kind, account = method_called(payment.method), means.provider_account
    with accounts.watched(account):
        found = kind.find_charge(payment, means)
        if found is None and _is_wanted(payment, means):
            return kind.charge(payment, means, Urls("", account.notified_at(notify_url)))
    return found


def note(payment: Payment, report: ProviderReport | None) -> None:
    """In a scope; the report itself is applied after this, as every other is."""
    if report is None:
        payment.refresh_from_db()
        if payment.is_to_be_sent:
            fail(payment, NOT_SENT)
            payment.was_never_sent()
    elif report.provider_id:
        payment.was_sent(report.provider_id)
    elif report.status == FAILED and payment.means is not None:
        # It may be the mandate.
        payment.means.hinted()


def _is_wanted(payment: Payment, means: SavedMeans) -> bool:
    with scope(payment.organisation_id):
        payment.refresh_from_db()
        payment.order = order = Order.objects.select_related("organisation").get(pk=payment.order_id)
        means.refresh_from_db(fields=["state"])
        is_payable = (order.is_unpaid and not order.is_overdue) or order.is_in_instalments
        return payment.is_open and is_payable and means.is_active
