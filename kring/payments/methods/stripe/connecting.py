"""An account is connected by its key alone: we register our address there for the events we need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import stripe
from django.utils.translation import gettext_lazy as _

from kring.payments.method import Connected, KeysRefused
from kring.payments.methods.stripe import api
from kring.payments.methods.stripe.notices import READERS, is_live

# Of Stripe's list, at most so many endpoints of one account exist.
MOST_ENDPOINTS = 100
# Of an endpoint.
WANTED: api.Wanted = {"enabled_events": list(READERS), "description": "Kring"}


class KeyOfTheOtherMode(KeysRefused):
    code = "key_of_the_other_mode"
    field = "secret_key"


class LiveKeyForTests(KeyOfTheOtherMode):
    message = _(
        "This is a key of the live mode. For the test mode, copy the one that begins with sk_test_ or rk_test_."
    )


class TestKeyForLive(KeyOfTheOtherMode):
    __test__ = False  # pytest, this is no test
    message = _(
        "This is a key of the test mode. For real payments, copy the one that begins with sk_live_ or rk_live_."
    )


class MayNotMakeWebhooks(KeysRefused):
    code = "may_not_make_webhooks"
    message = _(
        "This restricted key may not make webhooks. Give it “write” for Webhook Endpoints in Stripe; or make a webhook"
        " for %(address)s there, and enter its secret here."
    )
    field = "webhook_secret"


class NotActivated(KeysRefused):
    code = "account_not_activated"
    message = _("Stripe has not activated this account for payments yet. Finish its set-up in Stripe, and try again.")


def identify(keys: Mapping[str, str], *, is_test: bool) -> str:
    if is_connected(keys):
        return keys["connected"]
    _refuse_wrong_mode(keys, is_test=is_test)
    with api.client(keys) as client:
        return _account(client, is_test=is_test)[0]


def connect(keys: Mapping[str, str], *, is_test: bool, notify_url: str) -> Connected:
    if is_connected(keys):
        return _connected(keys)
    _refuse_wrong_mode(keys, is_test=is_test)
    with api.client(keys) as client:
        account, name = _account(client, is_test=is_test)
        client.v1.checkout.sessions.list({"limit": 1})
        known = keys if account == keys.get("account", account) else {**keys, "webhook": "", "made_secret": ""}
        more = {"account": account, "ways": ",".join(_ways(client)), **_webhook(client, known, notify_url)}
        return Connected(name=name or _tail(keys["secret_key"]), keys={**known, **more})


def is_connected(keys: Mapping[str, str]) -> bool:
    """Reached by the platform's key, not by one of the organisation's own."""
    return bool(keys.get("connected")) and not keys.get("secret_key")


def _connected(keys: Mapping[str, str]) -> Connected:
    """Its notices come to the platform. Raises NotActivated while it can take no payments."""
    with api.client(keys) as client:
        account, name = _account(client, is_test=False)
        known = {"connected": keys["connected"], "secret_key": "", "account": account, "ways": ",".join(_ways(client))}
        return Connected(name=name, keys=known)


def account_name(client: stripe.StripeClient) -> str:
    """Of the account of a key, whatever its mode; "" where the key may not see it."""
    return _account(client, is_test=True)[1]


def make_webhook(client: stripe.StripeClient, address: str, events: Sequence[str], *, of_connected: bool) -> str:
    """The secret of a new endpoint for this address, in place of those there are; `of_connected`: for what happens in
    the accounts that are connected to this one."""
    found = client.v1.webhook_endpoints.list({"limit": MOST_ENDPOINTS}).data
    wanted: api.Wanted = {"enabled_events": list(events), "description": "Kring", "url": address}
    wanted |= {"api_version": stripe.api_version, "connect": of_connected}
    made = client.v1.webhook_endpoints.create(wanted)
    for each in found:
        if each.url == address:
            client.v1.webhook_endpoints.delete(each.id)
    if not made.secret:
        raise ValueError("no secret")
    return made.secret


def _refuse_wrong_mode(keys: Mapping[str, str], *, is_test: bool) -> None:
    if is_live(keys) == is_test:
        raise LiveKeyForTests if is_test else TestKeyForLive


def _account(client: stripe.StripeClient, *, is_test: bool) -> tuple[str, str]:
    """(id, name). A restricted key need not be allowed to see them."""
    try:
        account = client.v1.accounts.retrieve_current().to_dict()
    except stripe.PermissionError:
        return "", ""
    if not is_test and not account["charges_enabled"]:
        raise NotActivated
    profile, dashboard = account.get("business_profile"), (account.get("settings") or {}).get("dashboard")
    return account["id"], (profile or {}).get("name") or (dashboard or {}).get("display_name") or account["id"]


def _webhook(client: stripe.StripeClient, keys: Mapping[str, str], address: str) -> dict[str, str]:
    """The endpoint for exactly this address: the one whose secret we know, else a new one in its place.

    Stripe tells the secret only when it makes one.
    """
    try:
        ours = [
            each for each in client.v1.webhook_endpoints.list({"limit": MOST_ENDPOINTS}).data if each.url == address
        ]
        for each in ours:
            if each.id == keys.get("webhook"):
                client.v1.webhook_endpoints.update(each.id, {**WANTED, "disabled": False})
                return {}
        wanted: api.Wanted = {**WANTED, "url": address, "api_version": stripe.api_version}
        made = client.v1.webhook_endpoints.create(wanted)
        for each in ours:
            client.v1.webhook_endpoints.delete(each.id)
    except stripe.PermissionError:
        if not (keys.get("webhook_secret") or keys.get("made_secret")):
            raise MayNotMakeWebhooks(address=address) from None
        return {}
    if not made.secret:
        raise ValueError("no secret")
    return {"webhook": made.id, "made_secret": made.secret}


def _ways(client: stripe.StripeClient) -> list[str]:
    """Those that are switched on in the account; nothing where the key may not know."""
    try:
        found = client.v1.payment_method_configurations.list({"limit": MOST_ENDPOINTS})
    except (stripe.PermissionError, stripe.InvalidRequestError):
        return []
    in_use = [each.to_dict() for each in found.data if each.active and each.is_default]
    return [
        way
        for way, facts in (in_use[0].items() if in_use else ())
        if isinstance(facts, Mapping) and facts.get("available") is True
    ]


def _tail(key: str) -> str:
    return f"…{key[-4:]}"
