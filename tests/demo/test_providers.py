"""In a demo organisations have accounts with pretend providers."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.demo import providers
from kring.demo.counterparts.stripe import Stripe
from kring.payments.models import ProviderAccount
from tests import make
from tests.jobs import work


@pytest.fixture
def event(organisation):
    with scope(organisation):
        event = make.attraction(price="49.95").event
        providers.offer_stripe(event)
    return event


def test_stripe_is_connected_in_test_mode_as_soon_as_it_is_up(organisation, event, settings):
    with Stripe() as stripe:
        settings.PROVIDER_URLS = {"stripe": stripe.url}
        work()
        [endpoint] = stripe.kind("endpoints").values()

    with scope(organisation):
        account = ProviderAccount.objects.get(method="stripe")
    assert (account.mode, account.is_in_use, account.state) == ("test", True, "working")
    assert endpoint["url"] == f"{organisation.url}/payments/stripe/notifications/?account={account.public_id}"


def test_the_real_stripe_is_left_alone(organisation, event, settings):
    settings.PROVIDER_URLS = {"stripe": "https://api.stripe.com"}
    work()

    with scope(organisation):
        assert not ProviderAccount.objects.filter(method="stripe").exists()
