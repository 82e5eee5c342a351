"""An organisation takes a plan at the pretend Stripe, over HTTP; notices come twice, late, in any order, never (B2)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.demo.counterparts.stripe_ledger import signed
from kring.organisations import platform_settings
from kring.organisations.models import AuditEntry, Organisation, PlatformLog
from kring.payments.method import BadNotification, Declined, KeysRefused, ProviderUnavailable
from kring.plans import connecting, editing, inbox, refusals, subscribing, syncing
from kring.plans.models import Plan, PlanSubscription, StripeNotice
from tests import make
from tests.jobs import work
from tests.plans.conftest import of, outcomes, state_of
from tests.refusing import refuses


@pytest.fixture
def club(stripe):
    return stripe.plan()


@pytest.fixture
def large(stripe):
    return stripe.plan("Federation", 25, most_members=None)


def test_a_plan_is_chosen_paid_at_stripe_and_in_force_by_the_notice(stripe, club, organisation):
    session = stripe.begin(organisation, club)
    assert state_of(organisation) == ("incomplete", "ok")

    stripe.server.act_on_subscribing(session, "card")
    assert stripe.deliver() == [200, 200, 200]

    found = of(organisation)
    assert (found.state, found.plan, found.subscription_id) == ("active", club, session["subscription"])
    assert found.period_end - found.period_start == timedelta(days=30)
    assert state_of(organisation) == ("active", "ok")


def test_without_a_notice_the_way_back_from_stripe_looks(stripe, club, organisation):
    stripe.server.act_on_subscribing(stripe.begin(organisation, club), "silent")
    assert stripe.server.notices == []

    subscribing.come_back(organisation)

    assert state_of(organisation) == ("active", "ok")


def test_whoever_never_comes_back_is_found_by_the_tick(stripe, club, organisation):
    stripe.server.act_on_subscribing(stripe.begin(organisation, club), "silent")
    with scope(organisation):
        PlanSubscription.objects.update(created_at=timezone.now() - timedelta(days=2))

    tick()
    work()

    assert state_of(organisation) == ("active", "ok")


def test_a_trial_costs_nothing_until_it_is_over(stripe, organisation):
    subscription = stripe.subscribe(organisation, stripe.plan(trial_days=14))
    assert state_of(organisation) == ("trial", "trial")
    assert [each["amount_due"] for each in stripe.server.of("invoices")] == [0]

    stripe.server.next_period(subscription)
    stripe.deliver()

    assert state_of(organisation) == ("active", "ok")


def test_a_trial_is_given_once(stripe, organisation):
    """Else who cancels and begins again tries for ever."""
    plan = stripe.plan(trial_days=14)
    stripe.begin(organisation, plan)
    assert stripe.subscribe(organisation, plan)["status"] == "trialing", "Nobody had anything of the first page."
    subscribing.cancel_at_once(organisation)

    assert stripe.subscribe(organisation, plan)["status"] == "active"


@pytest.mark.parametrize("backwards", [False, True])
def test_notices_that_come_twice_and_in_any_order_change_nothing_more(stripe, club, organisation, backwards):
    stripe.server.act_on_subscribing(stripe.begin(organisation, club), "card")

    assert set(stripe.deliver(times=2, backwards=backwards)) == {200}

    assert StripeNotice.objects.count() == 3
    assert state_of(organisation) == ("active", "ok")
    with scope(organisation):
        assert AuditEntry.objects.filter(action="plan_subscription.changed").count() == 1


def test_a_notice_of_before_is_no_way_back(stripe, club, organisation):
    """What counts is what Stripe says when it is asked, not what the notice says."""
    subscription = stripe.subscribe(organisation, club)
    stripe.server.tell("customer.subscription.updated", subscription)
    stripe.server.end(subscription)
    stripe.deliver(backwards=True)

    assert state_of(organisation) == ("cancelled", "cancelled")


def test_an_answer_that_was_overtaken_is_asked_for_again(stripe, club, organisation, monkeypatch):
    subscription = stripe.subscribe(organisation, club)
    ask, asked = syncing.at_stripe.subscription, []

    def overtaken(id_):
        answer = ask(id_)
        if not asked:
            asked.append(answer)
            stripe.server.end(subscription)
            syncing.sync(organisation.pk, of(organisation).pk)
        return answer

    monkeypatch.setattr(syncing.at_stripe, "subscription", overtaken)
    syncing.sync(organisation.pk, of(organisation).pk)

    assert state_of(organisation) == ("cancelled", "cancelled")


def test_a_notice_about_an_unknown_subscription_is_kept_and_ignored(stripe, club, organisation):
    subscription = stripe.subscribe(organisation, club)
    subscription["metadata"] = {}
    with scope(organisation):
        PlanSubscription.objects.update(subscription_id="sub_other", reference="another1")

    stripe.server.tell("customer.subscription.updated", subscription)
    stripe.deliver()

    assert outcomes()[-1] == "unknown subscription"
    assert subscription["status"] == "active"


def test_a_deleted_organisation_is_charged_no_more(stripe, club, organisation):
    subscription = stripe.subscribe(organisation, club)
    Organisation.objects.filter(pk=organisation.pk).delete()

    stripe.server.next_period(subscription)
    stripe.deliver()

    assert subscription["status"] == "canceled"
    assert outcomes()[3:] == ["of a deleted organisation: cancelled at Stripe", "unknown subscription"]
    assert list(PlatformLog.objects.filter(action="plan_subscription.changed").values_list("organisation")) == [(None,)]


def test_a_notice_of_another_signature_is_refused(stripe, club, organisation):
    stripe.server.act_on_subscribing(stripe.begin(organisation, club), "card")
    for each in stripe.server.notices:
        each.headers = signed(each.body, "whsec_of_somebody_else1")

    assert stripe.deliver() == [401, 401, 401]
    assert not StripeNotice.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"type": "invoice.paid"}', b'{"type": 1, "data": 2}'])
def test_what_is_signed_and_makes_no_sense_is_no_notice(stripe, body):
    secret = str(platform_settings.value_of("stripe_webhook_secret"))

    with suppress(BadNotification):
        assert not inbox.receive(body, signed(body, secret)["Stripe-Signature"])
    assert not StripeNotice.objects.exists()


def test_a_platform_that_is_not_connected_believes_nobody(db):
    body = b'{"type": "invoice.paid", "id": "evt_1", "data": {"object": {}}}'

    with pytest.raises(BadNotification):
        inbox.receive(body, signed(body, "")["Stripe-Signature"])


def test_choosing_twice_leads_to_one_page_and_one_subscription(stripe, club, organisation):
    first, second = stripe.begin(organisation, club), stripe.begin(organisation, club)
    assert (first["status"], second["status"]) == ("expired", "open")

    stripe.server.subscribe(first)
    stripe.server.subscribe(second)
    stripe.deliver()

    kept = [each for each in stripe.server.of("subscriptions") if each["status"] != "canceled"]
    assert [each["id"] for each in kept] == [of(organisation).subscription_id]
    assert "a second subscription: cancelled at Stripe" in outcomes()


def test_who_has_a_plan_changes_it_instead_of_choosing_another(stripe, club, large, organisation):
    stripe.subscribe(organisation, club)

    with pytest.raises(refusals.AlreadySubscribed):
        stripe.begin(organisation, large)


def test_up_and_down_at_once_with_the_difference_on_the_next_invoice(stripe, club, large, organisation):
    subscription = stripe.subscribe(organisation, club)

    subscribing.change(organisation, large)
    assert of(organisation).plan == large
    assert subscription["_prorated"] == 1500

    subscribing.change(organisation, club)
    assert of(organisation).plan == club
    assert subscription["_prorated"] == 0


def test_another_currency_is_refused(stripe, club, organisation):
    stripe.subscribe(organisation, club)

    with pytest.raises(refusals.OtherCurrency):
        subscribing.change(organisation, stripe.plan("Klub", 40, currency="PLN"))


def test_a_plan_that_is_retired_is_kept_by_who_has_it_and_chosen_by_nobody(stripe, club, large, organisation):
    stripe.subscribe(organisation, club)
    for each in (club, large):
        editing.change(each, is_active=False)

    assert of(organisation).plan == club
    assert subscribing.offered() == []
    with pytest.raises(refusals.PlanIsGone):
        subscribing.change(organisation, large)


def test_a_plan_that_somebody_has_is_not_removed_and_keeps_its_price(stripe, club, large, organisation):
    stripe.subscribe(organisation, club)

    with refuses(refusals.PlanIsInUse):
        editing.remove(club)
    with pytest.raises(refusals.PriceIsFixed):
        editing.change(club, price=Decimal(11))
    editing.remove(large)

    assert list(Plan.objects.all()) == [club]


def test_a_price_that_nobody_pays_yet_is_made_anew_at_stripe(stripe, club):
    editing.change(club, price=Decimal("12.50"))

    club.refresh_from_db()
    assert stripe.server.kind("prices")[club.stripe_price_id]["unit_amount"] == 1250


def test_a_price_that_is_another_one_at_stripe_is_refused(stripe, club):
    with pytest.raises(refusals.PriceIsTaken):
        stripe.plan("Other", 10, stripe_price_id=club.stripe_price_id)
    price = stripe.server.make("price", "platform", False, object="price", currency="eur", unit_amount=900)
    price["recurring"] = {"interval": "month", "interval_count": 1}

    with pytest.raises(refusals.OtherPriceAtStripe, match="9"):
        stripe.plan("Other", 10, stripe_price_id=price["id"])

    assert stripe.plan("Other", 9, stripe_price_id=price["id"]).stripe_price_id == price["id"]


def test_cancelled_at_the_end_of_the_period_and_taken_back(stripe, club, organisation):
    subscription = stripe.subscribe(organisation, club)

    subscribing.cancel(organisation)
    found = of(organisation)
    assert (found.state, found.cancel_at) == ("active", found.period_end)

    subscribing.keep(organisation)
    assert of(organisation).cancel_at is None

    subscribing.cancel(organisation)
    stripe.server.next_period(subscription)
    stripe.deliver()
    assert state_of(organisation) == ("cancelled", "cancelled")
    with pytest.raises(refusals.NoSubscription):
        subscribing.keep(organisation)


def test_who_has_left_comes_back_as_the_same_customer(stripe, club, organisation):
    before = stripe.subscribe(organisation, club)
    stripe.server.end(before)
    stripe.deliver()

    stripe.subscribe(organisation, club)

    assert state_of(organisation) == ("active", "ok")
    assert of(organisation).customer_id == before["customer"]
    assert len(stripe.server.of("customers")) == 1


def test_a_card_fails_and_the_open_invoice_is_paid(stripe, club, organisation):
    subscription = stripe.subscribe(organisation, club, "failing")
    assert state_of(organisation) == ("active", "ok")

    stripe.server.next_period(subscription)
    stripe.deliver()
    assert state_of(organisation) == ("past_due", "past_due")

    stripe.server.kind("customers")[subscription["customer"]]["_fails"] = False
    stripe.server.settle(subscription)
    stripe.deliver()
    assert state_of(organisation) == ("active", "ok")
    assert of(organisation).past_due_since is None


def test_stripe_is_down_while_a_plan_is_changed(stripe, club, large, organisation):
    stripe.subscribe(organisation, club)
    stripe.server.behave("status 500")

    with pytest.raises(ProviderUnavailable):
        subscribing.change(organisation, large)

    assert of(organisation).plan == club


def test_the_answer_to_a_change_is_lost_and_found_by_the_notice(stripe, club, large, organisation):
    stripe.subscribe(organisation, club)
    stripe.server.behave("well", "lost answer", "well")

    with pytest.raises(ProviderUnavailable):
        subscribing.change(organisation, large)
    assert of(organisation).plan == club

    stripe.deliver()
    assert of(organisation).plan == large


def test_a_notice_waits_while_stripe_is_down(stripe, club, organisation):
    stripe.server.act_on_subscribing(stripe.begin(organisation, club), "card")
    stripe.server.behave("status 503")
    stripe.deliver()
    assert state_of(organisation) == ("incomplete", "ok")

    stripe.server.behave("well")
    work(later=timedelta(seconds=2))

    assert state_of(organisation) == ("active", "ok")


def test_a_price_stripe_does_not_know_begins_nothing(stripe, club, organisation):
    stripe.server.kind("prices").clear()

    with pytest.raises(Declined):
        stripe.begin(organisation, club)

    assert of(organisation).checkout_id == ""


def test_a_change_of_an_unfinished_checkout_is_refused(stripe, club, large, organisation):
    stripe.begin(organisation, club)

    with pytest.raises(WrongState):
        subscribing.change(organisation, large)


def test_a_key_that_stripe_refuses_is_not_kept(stripe):
    with pytest.raises(KeysRefused):
        connecting.connect("sk_test_other_revoked")

    assert platform_settings.value_of("stripe_secret_key") == "sk_test_platform"


def test_connecting_again_keeps_the_addresses_at_stripe(stripe, club, organisation):
    """One for the platform's own account, one for those that are connected to it."""
    before = len(stripe.server.of("endpoints"))

    stripe.connect()

    assert len(stripe.server.of("endpoints")) == before == 2
    stripe.subscribe(organisation, club)
    assert state_of(organisation) == ("active", "ok")


def test_each_change_is_in_both_logs(stripe, club, large, organisation):
    stripe.subscribe(organisation, club)
    subscribing.change(organisation, large)

    with scope(organisation):
        entries = AuditEntry.objects.filter(subject_type="plansubscription").order_by("pk")
        found = [(entry.action, entry.old, entry.new) for entry in entries]
    changed = [
        ({"state": "incomplete"}, {"state": "active"}),
        ({"plan": "Club"}, {"plan": "Federation"}),
    ]
    assert found == [
        ("plan_subscription.begun", None, {"plan": "Club"}),
        *(("plan_subscription.changed", *each) for each in changed),
    ]
    logged = PlatformLog.objects.filter(action="plan_subscription.changed", organisation=organisation).order_by("pk")
    assert [(entry.old, entry.new) for entry in logged] == changed


def test_without_plans_there_is_nothing_to_choose(stripe, club, organisation):
    platform_settings.change("plans_on", False)

    assert subscribing.offered() == []
    with pytest.raises(refusals.NoPlans):
        stripe.begin(organisation, club)


def test_another_organisation_has_its_own(stripe, club, organisation):
    other = make.organisation(subdomain="other")
    stripe.subscribe(organisation, club)

    assert of(other) is None
    stripe.subscribe(other, club)
    assert state_of(other) == ("active", "ok")
    assert of(other).customer_id != of(organisation).customer_id
