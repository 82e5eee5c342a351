"""The demo's account with the pretend Stripe has been compared: a difference of each common kind, and a payout (P7)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.demo import acting, books, providers
from kring.demo.counterparts.stripe import Stripe
from kring.demo.people import DUTCH, Crowd
from kring.payments.models import Difference, Payout, ProviderEntry
from tests import make
from tests.jobs import work


@pytest.fixture
def organisation(db):
    organisation = make.organisation(subdomain="vgbc")
    with scope(organisation):
        acting.staff_of("vgbc", Crowd(DUTCH, "post.example", seed=1), "nl")
        providers.offer_stripe(make.attraction(price="49.95").event)
    return organisation


def test_each_common_difference_is_there_once(organisation, settings):
    with Stripe() as stripe:
        settings.PROVIDER_URLS = {"stripe": stripe.url}
        work()
        books.keep(organisation.pk)
        books.keep(organisation.pk)

    with scope(organisation):
        kinds = set(Difference.objects.open().values_list("kind", flat=True))
        assert {"unknown_money", "not_listed", "not_paid_here", "refund_not_listed"} <= kinds
        assert Payout.objects.get().amount > 0
        assert ProviderEntry.objects.filter(kind="payment").count() == 6


def test_the_real_stripe_is_left_alone(organisation, settings):
    settings.PROVIDER_URLS = {"stripe": "https://api.stripe.com"}

    books.keep(organisation.pk)

    with scope(organisation):
        assert not ProviderEntry.objects.exists()
