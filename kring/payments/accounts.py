"""Accounts with providers: keys are tried before they are kept, and watched while they are used (P7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.urls import reverse

from kring.accounts.models import User
from kring.core.tenancy import in_scope, scope
from kring.organisations.audit import log
from kring.organisations.models import Organisation
from kring.payments import mails, refusals
from kring.payments.method import Declined, KeysRefused, PaymentMethod, ProviderUnavailable
from kring.payments.methods import method as method_called
from kring.payments.models import ProviderAccount


def to_pay_with(kind: PaymentMethod) -> ProviderAccount:
    """Raises NotOffered where the organisation has no account in use, or its keys are refused."""
    account: ProviderAccount | None = ProviderAccount.objects.usable().filter(method=kind.key).first()
    if account is None:
        raise refusals.NotOffered
    return account


def methods_to_pay_with() -> dict[str, bool]:
    """Those with a usable account, and whether that is in test mode."""
    return {account.method: account.is_test for account in ProviderAccount.objects.usable().defer("keys", "old_keys")}


def connect(
    organisation: Organisation, method: str, *, mode: str, keys: Mapping[str, str], notify_url: str, by: User | None
) -> ProviderAccount:
    """Try these keys at the provider; keep and use them where it accepts them. To be called outside any scope.

    The other mode of this provider is out of use then; so is another account than that of the keys, which stays for
    its payments. Keys of a former account make that the present one again. Raises UnknownMethod, KeysRefused,
    ProviderUnavailable: then everything is as it was.
    """
    kind = method_called(method)
    with scope(organisation):
        before = _of(method, mode)
    account, is_test = before or _new(method, mode), mode == ProviderAccount.Mode.TEST
    _refuse_in_scope()
    identity = kind.identify({**account.keys, **keys}, is_test=is_test)
    if account.is_other_than(identity):
        with scope(organisation):
            account = _former(method, mode, identity) or _new(method, mode)
    known = {**account.keys, **keys}
    answer = kind.try_keys(known, is_test=is_test, notify_url=account.notified_at(notify_url))
    with scope(organisation):
        ProviderAccount.objects.select_for_update().filter(method=method).count()
        if _of(method, mode) != before:
            raise refusals.ConnectedMeanwhile
        is_new = account.pk is None
        if before and before.pk != account.pk:
            before.retire()
        if is_new:
            account.save()
        else:
            account.come_back()
        account.replace_keys(dict(answer.keys), name=answer.name, identity=identity)
        _use(account)
        act = "provider_account.connected" if is_new else "provider_account.keys_replaced"
        log(act, account, new={"provider": method, "mode": mode, "account": answer.name}, actor=by)
    return account


def use(account: ProviderAccount, *, by: User | None) -> None:
    """Pay with this one from now on, and with no other of its provider."""
    _use(account)
    log("provider_account.put_to_use", account, new={"provider": account.method, "mode": account.mode}, actor=by)


def stop_using(account: ProviderAccount, *, by: User | None) -> None:
    """Nobody can begin to pay with it. What was begun can be finished and refunded: its keys stay."""
    ProviderAccount.objects.filter(pk=account.pk).update(is_in_use=False)
    account.refresh_from_db()
    log("provider_account.stopped", account, new={"provider": account.method, "mode": account.mode}, actor=by)


def try_again(account: ProviderAccount, *, notify_url: str) -> None:
    """Whether its keys are accepted now. To be called outside any scope. Raises KeysRefused, ProviderUnavailable."""
    _refuse_in_scope()
    kind = method_called(account.method)
    with watched(account):
        kind.try_keys(account.keys, is_test=account.is_test, notify_url=account.notified_at(notify_url))
    with scope(account.organisation_id):
        account.note_working()


@contextmanager
def watched(account: ProviderAccount | None) -> Iterator[None]:
    """Calls to the provider: its failure is noted on the account, and staff are notified when its keys are refused.

    Outside any scope.
    """
    try:
        yield
    except (KeysRefused, ProviderUnavailable) as refusal:
        if account is not None and not isinstance(refusal, Declined):
            with scope(account.organisation_id):
                _note(account, refusal)
        raise


def notify_path(method: str) -> str:
    return reverse("public:payment-notifications", args=[method])


def _note(account: ProviderAccount, refusal: KeysRefused | ProviderUnavailable) -> None:
    is_refused = isinstance(refusal, KeysRefused)
    if account.note_failure(refusal.code, is_refused=is_refused) and is_refused:
        log("provider_account.refused", account, new={"provider": account.method, "mode": account.mode})
        mails.keys_refused(account)


def _of(method: str, mode: str) -> ProviderAccount | None:
    found: ProviderAccount | None = ProviderAccount.objects.present().filter(method=method, mode=mode).first()
    return found


def _former(method: str, mode: str, identity: str) -> ProviderAccount | None:
    """The organisation comes back to it: its books are read once, not as those of two accounts."""
    rows = ProviderAccount.objects.filter(method=method, mode=mode, identity=identity, is_former=True)
    found: ProviderAccount | None = rows.order_by("-pk").first()
    return found


def _new(method: str, mode: str) -> ProviderAccount:
    return ProviderAccount(method=method, mode=mode, is_in_use=False, keys={})


def _use(account: ProviderAccount) -> None:
    ProviderAccount.objects.filter(method=account.method).exclude(pk=account.pk).update(is_in_use=False)
    ProviderAccount.objects.filter(pk=account.pk).update(is_in_use=True)
    account.refresh_from_db()


def _refuse_in_scope() -> None:
    if in_scope():
        raise RuntimeError("A provider is never called within a transaction.")
