"""Means of payment that payers keep for later, from setting them up to revoking them (P4). No provider is called while
a row is locked."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.utils import timezone

from kring.accounts.addresses import verified
from kring.accounts.models import User
from kring.core import jobs
from kring.core.addresses import normalised
from kring.core.network_digests import digest_of_address
from kring.core.refusals import Refusal
from kring.core.tenancy import in_scope, scope
from kring.organisations.audit import log as audit
from kring.organisations.models import Organisation
from kring.payments import accounts, refusals
from kring.payments.method import ACTIVE, FAILED, REVOKED, Declined, MeansReport, PaymentMethod, Redirect, Urls
from kring.payments.methods import method as method_called
from kring.payments.methods import methods
from kring.payments.models import SavedMeans, SavedMeansQuerySet
from kring.payments.models.saved_means import FIRST_QUERY

log = logging.getLogger(__name__)

AT_ONCE = 200
# Why it ended, where that was decided here.
BY_PAYER, BY_STAFF, BY_PROVIDER, EXPIRED = "payer", "staff", "provider", "expired"


@dataclass(frozen=True)
class Holder:
    """For whom it is kept; `email` is proved."""

    name: str
    email: str
    language: str


@dataclass(frozen=True)
class Consent:
    """`text`: what the payer agreed to, in the words they saw; `address`: of their connection."""

    text: str
    address: str


def offered() -> list[PaymentMethod]:
    """The methods with which something can be kept now."""
    usable = accounts.methods_to_pay_with()
    return [each for each in methods() if each.can_charge_later and each.key in usable]


def of_user(user: User) -> SavedMeansQuerySet:
    """Those on an address they have proved; the newest first."""
    rows: SavedMeansQuerySet = SavedMeans.objects.filter(payer_email__in=verified(user))
    return rows.select_related("provider_account").order_by("-created_at", "-pk")


def begin(
    organisation: Organisation,
    method: str,
    holder: Holder,
    consent: Consent,
    *,
    return_url: str,
    notify_url: str,
    account: dict[str, str] | None = None,
) -> tuple[SavedMeans, Redirect | None]:
    """Keep it, or begin to: where there is a Redirect, the payer goes on there. To be called outside any scope.

    `account`: `holder` and `iban`, for a method that asks for them. Raises UnknownMethod, NotOffered, Declined,
    KeysRefused; and ProviderUnavailable: it is tried again by itself then, where the account was entered here.
    """
    _refuse_in_scope()
    kind = method_called(method)
    with scope(organisation):
        if not kind.can_charge_later:
            raise refusals.NotOffered
        provider = accounts.to_pay_with(kind)
        means: SavedMeans = SavedMeans.objects.create(
            provider_account=provider,
            method=method,
            payer_name=holder.name[:200],
            payer_email=normalised(holder.email),
            language=holder.language,
            account=account if kind.asks_for_account else None,
            evidence={
                "at": timezone.now().isoformat(),
                "address_digest": digest_of_address(consent.address),
                "text": consent.text,
            },
            poll_at=timezone.now() + FIRST_QUERY,
        )
        audit("saved_means.started", means, new={"provider": method, "mode": provider.mode})
    return means, _keep(means, Urls(return_url, provider.notified_at(notify_url)))


def _keep(means: SavedMeans, urls: Urls) -> Redirect | None:
    kind = method_called(means.method)
    try:
        with accounts.watched(means.provider_account):
            answer = kind.keep(means, urls)
    except Declined as refusal:
        with scope(means.organisation_id):
            if _locked(means).fail(refusal.code):
                audit("saved_means.failed", means, new={"reason": refusal.code})
        raise
    with scope(means.organisation_id):
        if isinstance(answer, MeansReport):
            apply(means, answer)
            return None
        known = {"set_up_id": answer.provider_id, "customer_id": str(answer.data.get("customer_id", ""))}
        _locked(means).note_at_provider(**known)
    return answer


def apply(means: SavedMeans, report: MeansReport) -> bool:
    """What the provider says of it; True where that was new. In a scope."""
    means = _locked(means)
    means.note_at_provider(**report.known)
    if report.status == ACTIVE and means.token:
        is_new, act = means.activate(), "saved_means.kept"
    elif report.status == REVOKED or (report.status == FAILED and means.is_active):
        is_new, act = means.revoke(report.reason or BY_PROVIDER, tells_provider=False), "saved_means.revoked"
    elif report.status == FAILED and not means.is_over:
        is_new, act = means.fail(report.reason), "saved_means.failed"
    else:
        return False
    if is_new:
        audit(act, means, new={"account": means.masked, "reason": report.reason})
    return is_new


def revoke(means: SavedMeans, *, by: User | None, reason: str) -> bool:
    """At once here, and soon at the provider: the poller tells it, until it has understood. False: it was over."""
    means = _locked(means)
    if not means.revoke(reason, tells_provider=bool(means.token or means.set_up_id)):
        return False
    audit("saved_means.revoked", means, new={"account": means.masked, "reason": reason}, actor=by)
    if means.is_to_be_told:
        jobs.later("payments.ask_about_means", means_id=means.pk)
    return True


def hinted(means_name: str, method: str, account: str) -> SavedMeans | None:
    """What the provider has something to say about, by any of its ids; it is asked soon. In a scope."""
    rows = SavedMeans.objects.filter(method=method, provider_account__public_id=account)
    for name in ("set_up_id", "token", "mandate_id"):
        if (found := rows.filter(**{name: means_name}).first()) is not None:
            found.hinted()
            return found
    return None


def ask_due() -> int:
    """Queue a query for each that is due; how many. In the scope of one organisation."""
    due = SavedMeans.objects.to_ask_about().values_list("pk", flat=True)[:AT_ONCE]
    for means_id in due:
        jobs.later("payments.ask_about_means", means_id=means_id)
    return len(due)


def ask(organisation_id: int, means_id: int) -> None:
    """Query the provider, or tell it what was revoked; at most two calls, outside any transaction. Nothing happens when
    another process did so a moment ago, or it does not answer: it will be due again."""
    _refuse_in_scope()
    with scope(organisation_id):
        means = SavedMeans.objects.filter(pk=means_id).select_related("provider_account").first()
        if means is None or not means.ask_again():
            return
        account = means.provider_account
    try:
        if means.is_to_be_told:
            with accounts.watched(account):
                method_called(means.method).forget(means)
            with scope(organisation_id):
                means.note_told()
            return
        with accounts.watched(account):
            report = method_called(means.method).look_up(means)
        if report is None and means.account is not None:
            # Its answer was lost, or it gave none.
            _keep(means, Urls("", ""))
            return
    except Refusal as refusal:
        log.warning("saved means %s: %s", means.pk, refusal.code)
        return
    with scope(organisation_id):
        if report is not None and report.can_be_kept:
            apply(means, report)
        if means.state == SavedMeans.State.STARTED and means.poll_at is None:
            apply(means, MeansReport(status=FAILED, reason=EXPIRED))


def _locked(means: SavedMeans) -> SavedMeans:
    means.refresh_from_db(from_queryset=SavedMeans.objects.select_for_update(no_key=True))
    return means


def _refuse_in_scope() -> None:
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
