"""Notifications of providers: verified, stored, answered, and only then applied, once (P4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from django.utils import timezone

from kring.core import jobs
from kring.core.tenancy import scope
from kring.organisations.audit import log
from kring.organisations.models import Organisation
from kring.payments import disputing, keeping, mails, paying, refund_reports
from kring.payments.method import (
    FAILED,
    PAID,
    UNCONFIRMED,
    UNDER_WAY,
    BadNotification,
    Hint,
    ProviderReport,
    RefundReport,
)
from kring.payments.methods import method as method_called
from kring.payments.models import Notification, Payment, PaymentQuerySet, ProviderAccount

State = Notification.State


def receive(organisation: Organisation, method: str, *, account: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Verify and store; False when it was stored before. It is applied by a job after the commit.

    A hint is not stored: the provider is asked, by a job. Header names are lower case. Raises UnknownMethod, and
    BadNotification if the provider did not sign it.
    """
    with scope(organisation):
        report = _believed(method, account, body, headers)
        return accept(method, account, report, body)


def accept(method: str, account: str, report: ProviderReport | Hint, body: bytes) -> bool:
    """What was verified, for this account of the organisation of the scope; False as in `receive`."""
    if isinstance(report, Hint):
        return _follow(report, method, account)
    return store(method, account=account, report=report, body=body)


def _follow(hint: Hint, method: str, account: str) -> bool:
    if hint.means:
        means = keeping.hinted(hint.means, method, account)
        if means is not None:
            jobs.later("payments.ask_about_means", means_id=means.pk)
        return means is not None
    payment = _meant(hint, Payment.objects.filter(method=method, account=account))
    if payment is None:
        return False
    payment.hinted()
    jobs.later("payments.poll", payment_id=payment.pk)
    return True


def _meant(hint: Hint, payments: PaymentQuerySet) -> Payment | None:
    names = {
        "provider_id": hint.provider_id,
        "reference": hint.reference,
        "provider_data__transaction": hint.transaction,
    }
    found = (payments.filter(**{name: value}).first() for name, value in names.items() if value)
    return next(filter(None, found), None)


def store(method: str, *, account: str, report: ProviderReport, body: bytes) -> bool:
    """The constraint decides which of two at once was first."""
    kept = {"told": report.as_json(), "text": body.decode(errors="replace").replace("\0", "\ufffd")}
    notification, is_new = Notification.objects.get_or_create(
        method=method, account=account, event_id=report.event_id[:200], defaults={"body": kept}
    )
    if is_new:
        jobs.later("payments.apply_notification", notification_id=notification.pk)
    return is_new


def apply(notification_id: int) -> None:
    """Apply a stored notification. Again, or out of order, it changes nothing more."""
    notification = Notification.objects.select_for_update(no_key=True).get(pk=notification_id)
    if notification.state != State.STORED:
        return
    report = ProviderReport.from_json(notification.body["told"])
    payment = _about(notification.method, notification.account, report)
    if payment is None:
        notification.close(State.REFUSED, "unknown payment")
        return
    state, outcome = believe(payment, report)
    notification.close(state, outcome, payment)
    if state == State.REFUSED:
        _notify_staff(payment, report, outcome)
    if report.status == UNCONFIRMED:
        payment.hinted()
        jobs.later("payments.poll", payment_id=payment.pk)


def believe(payment: Payment, report: ProviderReport) -> tuple[str, str]:
    """Apply the state the provider reports for this payment; (state, outcome) as the notification keeps them."""
    if report.transaction and payment.provider_data.get("transaction") != report.transaction:
        paying.note(payment, transaction=report.transaction)
    if report.way not in ("", payment.way) or report.fee not in (None, payment.fee):
        paying.note_way(payment, report.way, report.fee)
    state, outcome = _believe(payment, report)
    if state == State.REFUSED or not (report.refunds or report.disputes):
        return state, outcome
    paying.lock(payment)
    if payment.state != Payment.State.PAID:
        return state, outcome
    try:
        if refund_reports.apply(payment, report.refunds):
            state, outcome = State.APPLIED, "refunded"
    except refund_reports.Contradiction as why:
        # A dispute is a fact all the same.
        state, outcome = State.REFUSED, str(why)
    is_disputed = disputing.apply(payment, report.disputes)
    return (State.APPLIED, "disputed") if is_disputed and state != State.REFUSED else (state, outcome)


def _believe(payment: Payment, report: ProviderReport) -> tuple[str, str]:
    if report.status == PAID:
        if report.amount != payment.amount or report.currency != payment.currency:
            return State.REFUSED, f"{report.amount} {report.currency} instead of {payment.amount} {payment.currency}"
        return _outcome(paying.confirm(payment), "received")
    if report.status == FAILED:
        return _outcome(paying.fail(payment, report.reason), "failed")
    if report.status == UNDER_WAY:
        paying.under_way(payment)
    if report.status == UNCONFIRMED:
        payment.note_unconfirmed()
        return State.IGNORED, "to be confirmed"
    return State.IGNORED, "still in progress"


def keep_refused(payment: Payment, report: ProviderReport, outcome: str) -> None:
    """A provider's answer to our query that cannot be trusted: kept and reported to staff, once."""
    if _keep(payment, f"asked {report.provider_id}: {outcome}", report.as_json(), outcome):
        _notify_staff(payment, report, outcome)


def keep_contradiction(payment: Payment, report: RefundReport, outcome: str) -> None:
    """Its answer to our request for a refund cannot be: kept and reported to staff, once."""
    if _keep(payment, f"refund {report.provider_id}: {outcome}", report.as_json(), outcome):
        log("payment.refund_not_believed", payment, new={"outcome": outcome})
        mails.refund_not_believed(payment, outcome)


def _keep(payment: Payment, event_id: str, report: Mapping[str, object], outcome: str) -> bool:
    """True for the first time."""
    _kept, is_new = Notification.objects.get_or_create(
        method=payment.method,
        account=payment.account,
        event_id=event_id[:200],
        defaults={
            "body": {"told": report, "text": ""},
            "state": State.REFUSED,
            "outcome": outcome[:300],
            "payment": payment,
            "applied_at": timezone.now(),
        },
    )
    return is_new


def _notify_staff(payment: Payment, report: ProviderReport, outcome: str) -> None:
    if report.status == PAID and (report.amount, report.currency) == (payment.amount, payment.currency):
        # The payment is as it should be; what is not is a refund.
        log("payment.refund_not_believed", payment, new={"outcome": outcome})
        mails.refund_not_believed(payment, outcome)
        return
    expected = {"amount": payment.amount, "currency": payment.currency}
    log("payment.not_believed", payment, old=expected, new={"amount": report.amount, "currency": report.currency})
    mails.not_believed(payment, report)


def _outcome(moved: bool, outcome: str) -> tuple[str, str]:
    return (State.APPLIED, outcome) if moved else (State.IGNORED, "had ended before")


def _believed(method: str, account: str, body: bytes, headers: Mapping[str, str]) -> ProviderReport | Hint:
    """Signed with the keys of this account, also for an unknown payment: a stranger learns nothing, stores nothing."""
    kind = method_called(method)
    known = ProviderAccount.objects.filter(method=method, public_id=account).first()
    if known is None:
        raise BadNotification
    report = _read_with(known.accepted_keys(), lambda keys: kind.read_notification(body, headers, keys))
    # Signed is not valid: NaN, or a text the database refuses, would be retried for ever.
    if not report.can_be_kept:
        raise BadNotification
    return report


def _read_with[T](all_keys: list[dict[str, str]], read: Callable[[dict[str, str]], T]) -> T:
    """With the first keys that it is signed with: for a while after a rotation the old ones count too."""
    for keys in all_keys[:-1]:
        with suppress(BadNotification):
            return read(keys)
    return read(all_keys[-1])


def _about(method: str, account: str, report: ProviderReport) -> Payment | None:
    """By the provider's id; by our reference while that id is not stored yet (the notification came before the
    provider's response)."""
    mine = Payment.objects.filter(method=method, account=account)
    by_name = mine.filter(provider_id=report.provider_id).first() if report.provider_id else None
    if by_name is not None or not report.reference:
        return by_name
    return mine.filter(reference=report.reference, provider_id="").first()
