"""An organisation that is deleted pays for no plan any longer, whatever was done after it was asked for (B2, T6)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.hosting import jobs, leaving
from kring.organisations import platform_settings
from kring.organisations.models import Organisation
from kring.payments.method import ProviderUnavailable
from kring.plans import subscribing
from kring.plans.models import PlanSubscription


@pytest.fixture
def club(stripe):
    return stripe.plan()


def begun(organisation):
    with scope(organisation):
        assert leaving._begin(organisation, Organisation.objects.all())
    return organisation.pk


def is_gone(organisation):
    return not Organisation.objects.filter(pk=organisation.pk).exists()


def test_a_plan_that_was_taken_within_the_days_of_grace_is_cancelled(stripe, club, organisation):
    leaving.ask(organisation, organisation.name)
    subscription = stripe.subscribe(organisation, club)
    jobs.delete(begun(organisation))

    assert subscription["status"] == "canceled"
    assert is_gone(organisation)


def test_a_cancellation_that_was_taken_back_does_not_keep_it(stripe, club, organisation):
    subscription = stripe.subscribe(organisation, club)
    subscribing.cancel(organisation)
    leaving.ask(organisation, organisation.name)
    subscribing.keep(organisation)
    jobs.delete(begun(organisation))

    assert subscription["status"] == "canceled"
    assert is_gone(organisation)


def test_a_page_on_which_to_pay_is_closed(stripe, club, organisation):
    session = stripe.begin(organisation, club)
    jobs.delete(begun(organisation))

    assert session["status"] == "expired"
    assert is_gone(organisation)


def test_while_stripe_is_away_it_waits(stripe, club, organisation, monkeypatch):
    stripe.subscribe(organisation, club)
    with monkeypatch.context() as patch:
        patch.setattr(subscribing.at_stripe, "cancel_now", lambda id_: (_ for _ in ()).throw(ProviderUnavailable))
        number = begun(organisation)
        with pytest.raises(ProviderUnavailable):
            jobs.delete(number)
        with scope(organisation):
            assert PlanSubscription.objects.exists()
    jobs.delete(number)

    assert is_gone(organisation)


@pytest.mark.parametrize("how", ["ended there", "no account any more"])
def test_what_stripe_does_not_know_any_more_keeps_nobody(stripe, club, organisation, how):
    subscription = stripe.subscribe(organisation, club)
    if how == "ended there":
        stripe.server.kind("subscriptions").pop(subscription["id"])
    else:
        platform_settings.change("stripe_secret_key", "")
    jobs.delete(begun(organisation))

    assert is_gone(organisation)
