"""Accounts with channels for e-invoices: keys are tried before they are kept, and watched while they are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from kring.accounts.models import User
from kring.billing.einvoicing import channels
from kring.billing.invoicing import mails
from kring.billing.invoicing.channel import ChannelKeysRefused, ChannelUnavailable
from kring.billing.models import ChannelAccount
from kring.core.tenancy import in_scope, scope
from kring.organisations import audit
from kring.organisations.models import Organisation

State = ChannelAccount.State


def connect(organisation: Organisation, channel: str, *, keys: Mapping[str, str], by: User | None) -> ChannelAccount:
    """Try these keys, and keep them where they are accepted. To be called outside any scope: it takes seconds.

    Raises ChannelKeysRefused, ChannelUnavailable: then everything is as it was.
    """
    if in_scope():
        raise RuntimeError("A receiver of e-invoices is never called within a transaction.")
    name = channels()[channel].try_keys(keys)
    with scope(organisation):
        fields = {"keys": dict(keys), "name": name[:200], "state": State.WORKING, "failing_since": None}
        account: ChannelAccount
        account, is_new = ChannelAccount.objects.update_or_create(channel=channel, defaults=fields)
        act = "channel_account.connected" if is_new else "channel_account.keys_replaced"
        audit.log(act, account, new={"channel": channel, "account": name}, actor=by)
    return account


def of(channel: str) -> ChannelAccount | None:
    """With its keys; one statement. In a scope."""
    found: ChannelAccount | None = ChannelAccount.objects.filter(channel=channel).first()
    return found


@contextmanager
def watched(account: ChannelAccount | None) -> Iterator[None]:
    """Calls to the receiver: its failure is noted on the account, and staff are notified when its keys are refused.

    Outside any scope. Raises ChannelKeysRefused where there is no account.
    """
    if account is None:
        raise ChannelKeysRefused
    try:
        yield
    except (ChannelKeysRefused, ChannelUnavailable) as refusal:
        is_refused = isinstance(refusal, ChannelKeysRefused)
        with scope(account.organisation_id):
            if account.note(State.REFUSED if is_refused else State.FAILING) and is_refused:
                audit.log("channel_account.refused", account, new={"channel": account.channel})
                mails.channel_refused(account)
        raise
    if account.state != State.WORKING:
        with scope(account.organisation_id):
            account.note(State.WORKING)
