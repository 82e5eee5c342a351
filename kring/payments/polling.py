"""Querying providers about attempts they are silent about: a lost notification loses no money (P4)."""

from __future__ import annotations

import logging

from kring.core import jobs
from kring.core.refusals import Refusal
from kring.core.tenancy import in_scope, scope
from kring.organisations.audit import log as audit
from kring.organisations.audit import subject_type
from kring.organisations.links import link
from kring.organisations.models import AuditEntry
from kring.payments import accounts, charging, inbox
from kring.payments.method import ProviderReport
from kring.payments.methods import method as method_called
from kring.payments.models import Notification, Payment, ProviderAccount

log = logging.getLogger(__name__)

# A tick queues no more than this many; the next one goes on.
AT_ONCE = 200


def poll_silent() -> int:
    """Queue a query for each attempt that is due; how many. In the scope of one organisation."""
    due = Payment.objects.silent().values_list("pk", flat=True)[:AT_ONCE]
    for payment_id in due:
        jobs.later("payments.poll", payment_id=payment_id)
    return len(due)


def note_unconfirmed() -> int:
    """Log each attempt that is paid and not confirmed for long, once; how many. In the scope of one organisation."""
    noted = 0
    for payment in Payment.objects.unconfirmed().select_for_update(no_key=True):
        entries = AuditEntry.objects.filter(subject_type=subject_type(payment), subject_id=str(payment.pk))
        if not entries.filter(action="payment.unconfirmed").exists():
            audit("payment.unconfirmed", payment, new={"amount": payment.amount, "currency": payment.currency})
            noted += 1
    return noted


def ask(organisation_id: int, payment_id: int) -> None:
    """Query the provider and apply the answer. One network call, outside any transaction.

    Nothing happens when another process did so a moment ago, or the provider does not answer: it will be due again.
    """
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
    with scope(organisation_id):
        payment = Payment.objects.filter(pk=payment_id).first()
        if payment is None or not payment.ask_again():
            return
        account, due = payment.provider_account, payment.poll_at
        means, notify_url = payment.means, link(payment.organisation, "public:payment-notifications", payment.method)
        if means is not None and account is not None:
            means.provider_account = account
    is_sent_now = payment.is_to_be_sent
    try:
        if means is not None and is_sent_now:
            report = _that_can_be_kept(payment, charging.send(payment, means, notify_url))
        else:
            report = _answer(payment, account)
    except Refusal as refusal:
        log.warning("payment %s: %s", payment, refusal.code)
        return
    with scope(organisation_id):
        if is_sent_now:
            charging.note(payment, report)
        if report is not None:
            _apply(payment, report)
        payment.answered(due)


def _answer(payment: Payment, account: ProviderAccount | None) -> ProviderReport | None:
    """Of an attempt that is not waited for any more, the provider is asked to close it."""
    kind = method_called(payment.method)
    with accounts.watched(account):
        report = kind.close(payment) if payment.state == Payment.State.CANCELLED else kind.poll(payment)
    return _that_can_be_kept(payment, report)


def _that_can_be_kept(payment: Payment, report: ProviderReport | None) -> ProviderReport | None:
    if report is not None and not report.can_be_kept:
        log.warning("payment %s: its provider says what cannot be kept", payment)
        return None
    return report


def _apply(payment: Payment, report: ProviderReport) -> None:
    """As if it were a notification; what needs a person is kept in the inbox, once."""
    state, outcome = inbox.believe(payment, report)
    if state == Notification.State.REFUSED:
        inbox.keep_refused(payment, report, outcome)
