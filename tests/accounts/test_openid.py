"""Logging in by OpenID Connect: what of a provider's answers is believed (A2), over HTTP to a server of our own."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kring.accounts import openid
from kring.accounts.openid import Begun, NotBelieved, ProviderDown, WrongIssuer
from kring.core.outgoing import BadAddress
from kring.demo.counterparts.openid import OpenIDProvider
from tests.refusing import refuses

BACK = "https://ours.example/accounts/oidc/scouts/callback/"


def log_in(provider: OpenIDProvider, **other: Any) -> dict[str, Any]:
    """As a browser does it: to the provider, and back with what it gave."""
    endpoints, begun = openid.discover(provider.url), Begun.new()
    address = openid.address_to_log_in(endpoints, client_id="kring", begun=begun, back=BACK)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    code = parse_qs(urlsplit(provider.send_back(asked, "17")).query)["code"][0]
    given = {"client_id": "kring", "client_secret": provider.CLIENT_SECRET, "code": code, "begun": begun, "back": BACK}
    return openid.claims_of(endpoints, **given | other)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_who_logs_in_is_known_by_what_the_provider_signed(provider: OpenIDProvider, method: str) -> None:
    provider.methods = [method]

    claims = log_in(provider)

    assert (claims["iss"], claims["sub"], claims["name"]) == (provider.url, "17", "Ada")


@pytest.mark.parametrize(
    "wrong",
    [
        *("audience", "audiences", "nonce", "no nonce", "expired", "issuer", "future", "no subject", "empty subject"),
        *("subject of another kind", "key", "unsigned", "shared secret"),
    ],
)
def test_a_token_that_is_wrong_in_any_respect_is_not_believed(provider: OpenIDProvider, wrong: str) -> None:
    provider.wrong = wrong

    with refuses(NotBelieved):
        log_in(provider)


def test_a_key_that_changed_is_known_at_the_next_login(provider: OpenIDProvider) -> None:
    log_in(provider)
    provider.change_key()

    assert log_in(provider)["sub"] == "17"


@pytest.mark.parametrize(
    "other", [{"code": "invented"}, {"client_secret": "wrong"}, {"begun": Begun.new()}, {"back": BACK + "x"}]
)
def test_a_code_is_good_for_this_client_and_this_attempt_only(provider: OpenIDProvider, other: Any) -> None:
    with refuses(NotBelieved):
        log_in(provider, **other)


@pytest.mark.parametrize("issuer", ["https://accounts.example.org", ""])
def test_a_service_that_calls_itself_otherwise_is_refused(provider: OpenIDProvider, issuer: str) -> None:
    provider.issuer = issuer
    wanted = provider.url if issuer else f"{provider.url}/"

    with refuses(WrongIssuer):
        openid.discover(wanted)


@pytest.mark.parametrize(
    ("mood", "refusal"),
    [
        ("status 500", ProviderDown),
        ("status 404", NotBelieved),
        ("garbage", NotBelieved),
        ("redirect loop", NotBelieved),
    ],
)
def test_a_provider_that_is_out_of_order_is_said_so(provider: OpenIDProvider, mood: str, refusal: Any) -> None:
    provider.behave(mood)

    with refuses(refusal):
        openid.discover(provider.url)


def test_a_provider_that_is_down_or_slow_keeps_nobody_waiting(provider: OpenIDProvider, monkeypatch: Any) -> None:
    monkeypatch.setattr("kring.core.outgoing.TOTAL_SECONDS", 0.2)
    provider.behave("slow")
    with refuses(ProviderDown):
        openid.discover(provider.url)
    with refuses(ProviderDown):
        openid.discover("http://127.0.0.1:1")


def test_none_in_our_own_network_is_asked(provider: OpenIDProvider, settings: Any) -> None:
    settings.PRIVATE_HOSTS = []

    with refuses((BadAddress, ProviderDown)):
        openid.discover(provider.url)
    with refuses(ProviderDown):
        openid.discover(provider.url.replace("http:", "https:"))
