"""Asking providers for refunds, and after them (R6).

A worker that is killed, or an answer that is lost, leaves a refund sent: it is asked for again under the same
reference, and the provider makes it once. No transaction is open while a provider is asked; what comes before and
after is done for a batch together.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from kring.billing.locking import ours, rows_to_lock
from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.tenancy import in_scope, scope
from kring.payments import accounts, refund_reports
from kring.payments.inbox import keep_contradiction
from kring.payments.method import KeysRefused, ProviderUnavailable, RefundRefused, RefundReport
from kring.payments.methods import method as method_called
from kring.payments.models import Payment, Refund

log = logging.getLogger(__name__)

AT_ONCE = 25
# A tick asks after no more than this many; the next one goes on.
QUERIES_AT_ONCE = 200

# None: nothing that we understand; it is asked for again, as after no answer at all.
type Answer = RefundReport | Refusal | None


def send_due(organisation_id: int) -> int:
    """Ask the providers for all that is due; how many. An account that does not answer is left until its next turn,
    when those of it that were not asked come first: one that its provider never answers keeps no others back."""
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
    number, silent = 0, set[int]()
    while batch := _claim(organisation_id, silent):
        answers: list[tuple[Refund, Answer]] = []
        left: list[Refund] = []
        for refund in batch:
            account = refund.payment.provider_account_id
            if account in silent:
                left.append(refund)
                continue
            answer = _ask(refund)
            if isinstance(answer, KeysRefused | ProviderUnavailable) and account is not None:
                silent.add(account)
            answers.append((refund, answer))
        with scope(organisation_id):
            _note(answers)
        with scope(organisation_id):
            for refund in left:
                refund.leave()
        number += len(answers)
    return number


def _claim(organisation_id: int, silent: Collection[int]) -> list[Refund]:
    with scope(organisation_id):
        due = Refund.objects.to_send().filter(how=Refund.How.PROVIDER)
        due = due.exclude(payment__provider_account__in=silent)
        rows = due.select_related("payment__order", "payment__provider_account")
        batch = list(rows.select_for_update(of=("self",), skip_locked=True)[:AT_ONCE])
        for refund in batch:
            refund.send()
    return batch


def _ask(refund: Refund) -> Answer:
    payment = refund.payment
    try:
        with accounts.watched(payment.provider_account):
            report = method_called(payment.method).refund(refund, payment)
    except Refusal as refusal:
        log.warning("refund %s: %s", refund, refusal.code)
        return refusal
    except Exception:
        # One provider's fault must not keep the others' money back.
        log.exception("refund %s: its provider could not be asked", refund)
        return None
    if not report.can_be_kept:
        log.warning("refund %s: its provider says what cannot be kept", refund)
        return None
    return report


def _note(answers: list[tuple[Refund, Answer]]) -> None:
    """All orders before the first payment: the order of locks everywhere."""
    answered = [(refund, answer) for refund, answer in answers if isinstance(answer, RefundReport | RefundRefused)]
    order_keys, keys = ({getattr(refund.payment, name) for refund, _a in answered} for name in ("order_id", "pk"))
    orders = {each.pk: ours(each) for each in rows_to_lock().filter(pk__in=order_keys).order_by("pk")}
    payments = {each.pk: each for each in Payment.objects.filter(pk__in=keys).order_by("pk").select_for_update()}
    now = Refund.objects.in_bulk([refund.pk for refund, _a in answered])
    for refund, answer in answered:
        payment = payments[refund.payment_id]
        payment.order = orders[payment.order_id]
        refund.payment = payment
        refund.state, refund.provider_id = now[refund.pk].state, now[refund.pk].provider_id
        if isinstance(answer, RefundRefused):
            refund_reports.reject(refund, str(answer.details.get("reason", "")))
            continue
        try:
            refund_reports.apply_one(refund, answer)
        except refund_reports.Contradiction as why:
            keep_contradiction(payment, answer, str(why))


def query_due() -> int:
    """Queue a query for the payment of each refund that is under way; how many. In the scope of one organisation.

    The provider reports all refunds of a payment at once (polling.py).
    """
    due = list(Refund.objects.to_query().select_related("payment")[:QUERIES_AT_ONCE])
    # The payments before the first refund: the order of locks everywhere.
    for _pk, payment in sorted({refund.payment_id: refund.payment for refund in due}.items()):
        payment.hinted()
        jobs.later("payments.poll", payment_id=payment.pk)
    for refund in due:
        refund.query_again()
    return len(due)


def do_due() -> int:
    """What `kring tick` does of it."""
    to_send = Refund.objects.to_send().filter(how=Refund.How.PROVIDER).exists()
    if to_send:
        jobs.later("payments.send_refunds")
    return query_due() + to_send
