"""An account with Stripe is connected by its key alone, which is tried first (P7)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.core.tenancy import scope
from kring.payments import accounts
from kring.payments.method import KeysRefused, ProviderUnavailable
from kring.payments.methods import method
from kring.payments.methods.stripe import api, connecting
from kring.payments.models import ProviderAccount
from tests.payments import ordering
from tests.refusing import refuses


def test_the_key_alone_makes_an_account_with_its_name_and_its_webhook(stripe, server):
    account = stripe.connect()

    [endpoint] = server.kind("endpoints").values()
    assert account.name == "Vgbc"
    assert endpoint["url"] == f"{stripe.notify_url}?account={account.public_id}"
    assert "checkout.session.completed" in endpoint["enabled_events"]
    assert account.keys == {
        "secret_key": "sk_test_vgbc_1",
        "account": "acct_vgbc",
        "ways": "card,ideal,bancontact,blik,sepa_debit",
        "webhook": endpoint["id"],
        "made_secret": endpoint["_secret"],
    }


def test_buyers_read_the_names_of_its_ways_also_of_one_that_is_new(stripe):
    account = stripe.connect()
    account.keys = {**account.keys, "ways": "card,ideal,way_of_next_year"}

    names = method("stripe").ways(account, Decimal(10), "EUR", "en")

    assert names == ["card", "iDEAL | Wero", "Way of next year"]


@pytest.mark.parametrize("again", ["sk_test_vgbc_1", "sk_test_vgbc_2"])
def test_the_same_account_again_has_no_second_webhook(stripe, server, again):
    first = stripe.connect()
    [endpoint] = server.kind("endpoints").values()
    endpoint["enabled_events"] = ["checkout.session.completed"]

    second = stripe.connect(again)

    assert list(server.kind("endpoints")) == [endpoint["id"]]
    assert "refund.failed" in endpoint["enabled_events"]
    assert second.keys["made_secret"] == first.keys["made_secret"]


def test_a_webhook_whose_secret_is_not_known_is_replaced(stripe, server):
    account = stripe.connect()
    with scope(stripe.organisation):
        ProviderAccount.objects.update(keys={"secret_key": "sk_test_vgbc_1"})

    account = stripe.connect()

    [endpoint] = server.kind("endpoints").values()
    assert account.keys["made_secret"] == endpoint["_secret"]


def test_another_account_gets_a_webhook_of_its_own(stripe, server):
    stripe.connect()

    account = stripe.connect("sk_test_other")

    assert account.keys["account"] == "acct_other"
    assert server.kind("endpoints")[account.keys["webhook"]]["_account"] == "other"


def test_trying_again_changes_nothing(stripe, server):
    account = stripe.connect()
    accounts.try_again(account, notify_url=stripe.notify_url)

    assert len(server.kind("endpoints")) == 1
    assert stripe.fresh(account).keys == account.keys


@pytest.mark.parametrize(
    ("key", "mode", "refusal"),
    [
        ("sk_live_vgbc", "test", connecting.LiveKeyForTests),
        ("rk_live_vgbc", "test", connecting.LiveKeyForTests),
        ("sk_test_vgbc", "live", connecting.TestKeyForLive),
        ("sk_test_revoked", "test", None),
        ("sk_test_vgbc_revoked", "test", KeysRefused),
        ("sk_live_new", "live", connecting.NotActivated),
        ("rk_test_vgbc_without_webhook", "test", connecting.MayNotMakeWebhooks),
        ("rk_test_vgbc_without_checkout", "test", api.TooFewRights),
        ("rk_test_vgbc_without_account", "test", None),
        ("rk_test_vgbc_without_configurations", "test", None),
        ("sk_live_vgbc", "live", None),
    ],
)
def test_what_a_key_may_not_do_is_said_before_it_is_kept(stripe, key, mode, refusal):
    if refusal is None:
        assert stripe.connect(key, mode).mode == mode
        return
    with refuses(refusal):
        stripe.connect(key, mode)
    with scope(stripe.organisation):
        assert not ProviderAccount.objects.exists()


def test_test_and_live_are_never_mixed_whatever_the_provider_says(stripe, server):
    stripe.connect()
    with refuses(connecting.LiveKeyForTests):
        stripe.connect("sk_live_vgbc")

    assert all(b"live" not in each.headers.get("authorization", "").encode() for each in server.requests)


def test_a_restricted_key_works_with_a_secret_that_was_typed(stripe, server):
    account = stripe.connect("rk_test_vgbc_without_webhook", webhook_secret="whsec_typed")

    assert account.keys["webhook_secret"] == "whsec_typed"
    assert not server.kind("endpoints")


def test_a_restricted_key_after_a_full_one_keeps_its_webhook(stripe):
    first = stripe.connect()

    second = stripe.connect("rk_test_vgbc_without_webhook")

    assert second.keys["made_secret"] == first.keys["made_secret"]


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("sk_test_51Habc", True),
        (" sk_live_51Habc ", True),
        ("rk_live_51Habc", True),
        ("pk_test_51Habc", False),
        ("sk_51Habc", False),
        ("sk_test_51Habc\nX", False),
        ("sk_test_é", False),
        ("", False),
    ],
)
def test_what_is_no_secret_key_is_said_beside_the_field(typed, is_right):
    form = method("stripe").account_form({"secret_key": typed, "webhook_secret": ""})

    assert form.is_valid() is is_right
    assert set(form.errors) == (set() if is_right else {"secret_key"})


@pytest.mark.parametrize("mood", ["status 500", "garbage", "empty", "redirect loop", "status 429"])
def test_a_provider_that_does_not_answer_well_keeps_nothing(stripe, server, mood):
    server.behave(mood)

    with refuses(ProviderUnavailable):
        stripe.connect()

    with scope(stripe.organisation):
        assert not ProviderAccount.objects.exists()


def test_keys_revoked_in_the_middle_of_a_sale_are_noted(stripe, server, monkeypatch):
    account = stripe.connect()
    order = stripe.order()
    with scope(stripe.organisation):
        ProviderAccount.objects.filter(method="stripe").update(
            keys={**account.keys, "secret_key": "sk_test_vgbc_revoked"}
        )

    with pytest.raises(KeysRefused):
        ordering.start(order, "stripe", settings={})

    assert stripe.fresh(account).state == "refused"
