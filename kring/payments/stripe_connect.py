"""Stripe Connect: an organisation sets up its own account on Stripe's pages, and its payments go there (B4).

To be called outside any scope: each asks Stripe between two transactions. Raises KeysRefused, ProviderUnavailable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kring.accounts.models import Role
from kring.accounts.roles import people_with
from kring.core.tenancy import scope
from kring.mail import facts
from kring.mail.outbox import message, post
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.organisations.links import link
from kring.organisations.models import Organisation
from kring.payments import accounts, platform_stripe
from kring.payments.method import KeysRefused
from kring.payments.models import ProviderAccount, StripeConnection

State = StripeConnection.State


@dataclass(frozen=True)
class StripeAccount:
    """What Stripe says of a connected account."""

    state: str
    requirements: list[str]
    error: str


def current() -> StripeConnection | None:
    """Of the organisation of the scope. One statement."""
    found: StripeConnection | None = StripeConnection.objects.exclude(state=State.DEAUTHORISED).first()
    return found


def begin(organisation: Organisation, *, back: str) -> str:
    """The address of Stripe's page on which the account is set up, for the first time or further; it leads `back`."""
    with scope(organisation):
        found = current()
    with _client() as client:
        if found is None:
            wanted: Any = {
                "type": "standard",
                "country": organisation.country,
                "email": organisation.contact_email,
                "business_profile": {"name": organisation.name, "url": organisation.url},
            }
            options: Any = {"idempotency_key": f"connect-{organisation.pk}-{_former(organisation)}"}
            account = client.v1.accounts.create(wanted, options).id
            with scope(organisation):
                found, made = StripeConnection.objects.exclude(state=State.DEAUTHORISED).get_or_create(
                    defaults={"account_id": account}
                )
                if made:
                    log("stripe_connection.begun", found, new={"account": account})
        given: Any = {
            "account": found.account_id,
            "refresh_url": back,
            "return_url": back,
            "type": "account_onboarding",
        }
        return str(client.v1.account_links.create(given).url)


def _former(organisation: Organisation) -> int:
    with scope(organisation):
        return StripeConnection.objects.count()


def refresh(organisation_id: int) -> None:
    """What Stripe says of the account now; one that can take payments is used for them."""
    from kring.payments.methods.stripe.api import TooFewRights

    with scope(organisation_id):
        found = current()
    if found is None:
        return
    try:
        with _client() as client:
            answer = _read(client.v1.accounts.retrieve(found.account_id).to_dict())
    except TooFewRights:
        # The organisation has revoked the platform's access, in Stripe.
        with scope(organisation_id):
            _deauthorise(found)
        return
    with scope(organisation_id):
        old = found.state
        if found.note(answer.state, requirements=answer.requirements, error=answer.error):
            log("stripe_connection.changed", found, old={"state": old}, new={"state": found.state})
        is_used = ProviderAccount.objects.present().filter(method="stripe", identity=found.account_id).exists()
        organisation = current_organisation()
    if answer.state == State.ACTIVE and not is_used:
        keys = {"connected": found.account_id, "secret_key": ""}
        accounts.connect(organisation, "stripe", mode=_mode(), keys=keys, notify_url="", by=None)


def _read(account: dict[str, Any]) -> StripeAccount:
    wanted = account.get("requirements") or {}
    due = sorted({*(wanted.get("currently_due") or []), *(wanted.get("past_due") or [])})
    errors = [each["reason"] for each in wanted.get("errors") or []]
    begun = State.RESTRICTED if account.get("details_submitted") else State.ONBOARDING
    return StripeAccount(
        state=State.ACTIVE if account["charges_enabled"] else begun,
        requirements=due,
        error=errors[0] if errors else wanted.get("disabled_reason") or "",
    )


def _deauthorise(connection: StripeConnection) -> None:
    """Nobody pays with it any more, and administrators are told, once. In the scope of its organisation."""
    if not connection.deauthorise():
        return
    for account in ProviderAccount.objects.filter(method="stripe", identity=connection.account_id):
        account.note_failure("deauthorised", is_refused=True)
        accounts.stop_using(account, by=None)
    log("stripe_connection.deauthorised", connection, old={"account": connection.account_id})
    organisation = current_organisation()
    post(
        [
            message(
                "stripe-disconnected",
                to=person.email,
                name=person.name_here,  # type: ignore[attr-defined]
                language=person.language or organisation.language,
                url=facts.link(link(organisation, "manage:providers")),
            )
            for person in people_with(Role.Name.ORG_ADMIN)
        ]
    )


def _mode() -> str:
    is_live = "_live_" in platform_stripe.keys().get("secret_key", "")[:8]
    return ProviderAccount.Mode.LIVE if is_live else ProviderAccount.Mode.TEST


def _client() -> Any:
    from kring.payments.methods.stripe import api

    keys = platform_stripe.keys()
    if not keys:
        raise KeysRefused
    return api.client(keys)
