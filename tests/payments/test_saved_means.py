"""What payers keep for later, and charging it without them, at Stripe and at Mollie over real HTTP (P4)."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.demo.counterparts.mollie import Mollie
from kring.demo.counterparts.stripe import Stripe
from kring.organisations.audit import subject_type
from kring.organisations.models import AuditEntry
from kring.payments import charging, keeping, polling
from kring.payments.method import Declined, ProviderUnavailable
from kring.payments.methods.mollie import client
from kring.payments.models import Payment, SavedMeans
from kring.payments.reasons import why_failed
from kring.payments.refusals import DebitUnderWay, MeansNotUsable, NotOffered
from tests import make
from tests.jobs import queued, work
from tests.payments import ordering
from tests.payments.pretending import ask, press
from tests.payments.saved_means import AtMollie, AtStripe


@pytest.fixture(params=["stripe", "mollie"])
def at(request, settings, organisation, visitor):
    provider, kind = {"stripe": (Stripe, AtStripe), "mollie": (Mollie, AtMollie)}[request.param]
    with provider() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, request.param: server.url}
        yield kind(server, organisation, visitor)
        client.connections().close()
        client.connections.cache_clear()


@pytest.fixture
def means(at):
    at.connect()
    return at.kept()


@pytest.fixture
def payment(at, means):
    return at.charged(at.order(), means)


# Keeping it


def test_it_is_kept_with_masked_words_and_the_evidence_of_consent(at, means):
    assert (means.state, means.masked, means.kind) == ("active", at.masked, at.kind)
    assert means.payer_email == "ada@example.org"
    assert means.evidence["text"] == "I agree to be debited."
    assert means.mandate_reference
    assert means.account is None
    assert queued() == []


def test_addresses_that_were_kept_before_become_digests(at, means):
    """By the migration; the same as one that is kept now."""
    kept = means.evidence["address_digest"]
    migration = import_module("kring.payments.migrations.0026_no_addresses_in_evidence")
    with scope(at.organisation):
        before = {"at": "2026-01-05T12:00:00+00:00", "address": "192.0.2.7", "text": "I agree to be debited."}
        SavedMeans.objects.filter(pk=means.pk).update(evidence=before)
        with connection.schema_editor(atomic=False) as editor:
            migration.take_addresses_away(apps, editor)

    assert at.now(means).evidence == {"at": before["at"], "text": before["text"], "address_digest": kept}


def test_what_is_kept_is_in_the_log(at, means):
    with scope(at.organisation):
        rows = AuditEntry.objects.filter(subject_type=subject_type(means), subject_id=str(means.pk))
        acts = rows.order_by("pk").values_list("action", flat=True)
        assert list(acts) == ["saved_means.started", "saved_means.kept"]


def test_without_an_account_at_a_provider_nothing_is_kept(at):
    with pytest.raises(NotOffered):
        at.begin()


@pytest.mark.parametrize("mood", ["status 500", "garbage", "empty", "lost answer"])
def test_a_bad_answer_leaves_it_to_be_set_up(at, mood):
    at.connect()
    at.server.behave(mood)

    with pytest.raises(ProviderUnavailable):
        at.begin()

    with scope(at.organisation):
        assert SavedMeans.objects.get().state == "started"


def test_what_is_never_finished_has_failed_after_two_days(at):
    at.connect()
    at.server.behave("status 500")
    with pytest.raises(ProviderUnavailable):
        at.begin()
    with scope(at.organisation):
        SavedMeans.objects.update(poll_at=timezone.now(), created_at=timezone.now() - timedelta(days=3))
        made = SavedMeans.objects.get()

    at.server.behave("well" if at.method == "stripe" else "status 500")
    keeping.ask(at.organisation.pk, made.pk)

    assert at.now(made).state == ("failed" if at.method == "stripe" else "started")


def test_it_is_revoked_here_at_once_and_soon_at_the_provider(at, means):
    with scope(at.organisation):
        assert keeping.revoke(means, by=None, reason=keeping.BY_PAYER)
        assert not keeping.revoke(means, by=None, reason=keeping.BY_PAYER)
    assert at.now(means).state == "revoked"

    at.server.behave("status 500")
    keeping.ask(at.organisation.pk, means.pk)
    assert at.now(means).is_to_be_told

    at.server.behave("well")
    with scope(at.organisation):
        SavedMeans.objects.update(poll_at=timezone.now(), polled_at=None)
    keeping.ask(at.organisation.pk, means.pk)

    assert at.is_revoked_there(means)
    assert not at.now(means).is_to_be_told


def test_a_mandate_revoked_at_the_bank_is_found_when_the_provider_is_asked(at, means):
    at.revoke_there(means)
    at.server.notices.clear()
    with scope(at.organisation):
        SavedMeans.objects.update(poll_at=timezone.now(), polled_at=None)
        assert keeping.ask_due() == 1
    work()

    assert (at.now(means).state, at.now(means).reason) == ("revoked", "provider")


def test_the_clock_finds_what_is_to_be_asked_about(at, means):
    with scope(at.organisation):
        SavedMeans.objects.update(poll_at=timezone.now())

    assert tick()["payments.saved_means"] == 1


# Charging it


def test_a_charge_is_sent_after_the_commit_and_waits_for_the_bank(at, payment):
    assert (payment.state, payment.provider_data.get("progress")) == ("pending", "under_way")
    assert len(at.made()) == 1
    assert payment.is_test


def test_the_bank_collects_it_and_the_order_is_paid(at, payment):
    at.collect(payment)

    assert at.delivered(payment, times=2).state == "paid"
    assert at.order_of(payment).state == "paid"


def test_without_a_notice_it_is_asked_for(at, payment):
    at.collect(payment)
    at.server.notices.clear()

    assert ask(at.organisation, payment).state == "paid"


def test_the_bank_refuses_it_days_later(at, payment):
    at.bounce(payment)

    failed = at.delivered(payment)

    assert (failed.state, failed.failure_reason) == ("failed", at.no_money)
    assert why_failed(failed) == "There is not enough money on the account."


def test_what_the_payer_takes_back_is_a_dispute(at, payment):
    at.collect(payment)
    at.delivered(payment)
    at.charge_back(payment)
    paid = at.delivered(payment)

    with scope(at.organisation):
        assert paid.disputes.get().amount == paid.amount == paid.charged_back


def test_begun_twice_it_is_charged_once(at, means):
    order = at.order()

    first = at.charge(order, means)
    again = at.charge(order, means)
    work()
    third = at.charge(order, means)
    work()

    assert first.pk == again.pk == third.pk
    assert len(at.made()) == 1


def test_a_worker_killed_before_it_noted_the_answer_charges_once(at, means):
    at.charge(at.order(), means)
    at.server.behave("well", "lost answer", "well")
    work()
    with scope(at.organisation):
        unsent = Payment.objects.get()
        assert (unsent.state, unsent.provider_id) == ("created", "")
    assert len(at.made()) == 1

    sent = ask(at.organisation, unsent)

    assert (sent.state, len(at.made())) == ("pending", 1)


def test_also_where_the_provider_has_forgotten_the_key(at, means):
    at.charge(at.order(), means)
    at.server.behave("well", "lost answer", "well")
    work()
    at.server.rows.get("answers", {}).clear()
    at.server.rows.get("kept", {}).clear()
    with scope(at.organisation):
        unsent = Payment.objects.get()

    ask(at.organisation, unsent)

    assert len(at.made()) == 1


def test_a_provider_that_is_away_gets_it_later(at, means):
    at.charge(at.order(), means)
    at.server.behave("status 503")
    work()
    assert at.made() == []

    at.server.behave("well")
    with scope(at.organisation):
        Payment.objects.update(poll_at=timezone.now(), polled_at=None)
        assert polling.poll_silent() == 1
    work()

    assert len(at.made()) == 1


def test_of_an_order_that_is_over_nothing_is_charged(at, means):
    payment = at.charge(at.order(), means)
    with scope(at.organisation):
        ordering.let_expire(payment.order)

    work()

    assert at.made() == []
    assert (at.now(payment).state, at.now(payment).poll_at) == ("failed", None)


def test_what_was_revoked_before_it_was_sent_is_not_charged(at, means):
    payment = at.charge(at.order(), means)
    with scope(at.organisation):
        keeping.revoke(means, by=None, reason=keeping.BY_PAYER)

    work()

    assert at.made() == []
    assert at.now(payment).state == "failed"


def test_a_mandate_that_the_provider_refuses_fails_the_attempt_and_is_asked_after(at, means):
    at.revoke_there(means)
    at.server.notices.clear()

    payment = at.charged(at.order(), means)
    assert (payment.state, payment.failure_reason) == ("failed", at.revoked)

    with scope(at.organisation):
        SavedMeans.objects.update(polled_at=None)
        keeping.ask_due()
    work()
    assert at.now(means).state == "revoked"


def test_while_it_is_debited_nothing_else_is_begun(at, payment):
    with pytest.raises(DebitUnderWay):
        ordering.start(at.order_of(payment), at.method, settings={})
    with scope(at.organisation), pytest.raises(DebitUnderWay):
        ordering.start(at.order_of(payment), "transfer")

    assert at.now(payment).state == "pending"


def test_not_waited_for_any_more_it_is_called_off_where_the_provider_can_and_counts_where_it_comes_all_the_same(
    at, payment
):
    with scope(at.organisation):
        Payment.objects.filter(pk=payment.pk).let_go()
    ask(at.organisation, payment)

    at.collect(payment)

    # The pretend Mollie has not sent it to the bank yet.
    assert at.delivered(payment).state == ("paid" if at.method == "stripe" else "cancelled")
    assert at.made()[-1]["status"] == ("succeeded" if at.method == "stripe" else "canceled")


def test_with_another_account_at_the_provider_it_cannot_be_charged_any_more(at, means):
    order = at.order()
    if at.method == "mollie":
        with scope(at.organisation):
            # The pretend one has one profile for all keys.
            means.provider_account.identity = "pfl_before"
            means.provider_account.save(update_fields=["identity"])
    at.connect(at.others)

    with pytest.raises(MeansNotUsable):
        at.charge(order, means)


def test_what_was_charged_with_a_former_account_is_still_asked_for(at, payment):
    if at.method == "mollie":
        with scope(at.organisation):
            payment.provider_account.identity = "pfl_before"
            payment.provider_account.save(update_fields=["identity"])
    at.connect(at.others)
    at.collect(payment)

    assert at.delivered(payment).state == "paid"


def test_what_is_revoked_cannot_be_charged(at, means):
    order = at.order()
    with scope(at.organisation):
        keeping.revoke(means, by=None, reason=keeping.BY_STAFF)

    with pytest.raises(MeansNotUsable):
        at.charge(order, means)


def test_nothing_is_charged_within_a_transaction(at, means):
    payment = at.charge(at.order(), means)
    with scope(at.organisation), pytest.raises(RuntimeError):
        polling.ask(at.organisation.pk, payment.pk)


# What only one of them does


def test_stripe_tells_of_a_revoked_mandate(at, means):
    if at.method == "mollie":
        pytest.skip("Mollie has no notice for it.")
    at.revoke_there(means)

    at.deliver()

    assert at.now(means).state == "revoked"


def test_stripe_tells_of_a_page_that_was_left(at):
    if at.method == "mollie":
        pytest.skip("At Mollie there is no page.")
    at.connect()
    means, answer = at.begin()
    press(answer.url, "expire")

    at.deliver()

    assert (at.now(means).state, at.now(means).reason) == ("failed", "session_expired")


def test_a_set_up_that_stripe_does_not_tell_of_is_asked_for(at):
    if at.method == "mollie":
        pytest.skip("At Mollie there is no page.")
    at.connect()
    means, answer = at.begin()
    press(answer.url, "silent")
    with scope(at.organisation):
        SavedMeans.objects.update(poll_at=timezone.now())
        keeping.ask_due()
    work()

    assert at.now(means).state == "active"


def test_mollie_refuses_an_account_that_is_none(at):
    if at.method == "stripe":
        pytest.skip("At Stripe the account is entered there.")
    at.connect()

    with pytest.raises(Declined):
        at.begin(account={"holder": "Ada", "iban": "none"})

    with scope(at.organisation):
        failed = SavedMeans.objects.get()
        assert (failed.state, failed.account) == ("failed", None)


def test_mollie_makes_one_mandate_where_its_answer_was_lost(at):
    if at.method == "stripe":
        pytest.skip("At Stripe the payer begins again.")
    at.connect()
    at.server.behave("well", "well", "lost answer", "well")
    with pytest.raises(ProviderUnavailable):
        at.begin()
    assert len(at.server.kind("mandates")) == 1
    with scope(at.organisation):
        SavedMeans.objects.update(poll_at=timezone.now(), polled_at=None)
        keeping.ask_due()
    work()

    with scope(at.organisation):
        assert SavedMeans.objects.get().state == "active"
    assert len(at.server.kind("mandates")) == 1


def test_another_organisation_sees_and_charges_none_of_it(at, means):
    order = at.order()
    with scope(make.organisation(subdomain="zlot")):
        assert not SavedMeans.objects.exists()
        with pytest.raises(MeansNotUsable):
            charging.begin(order, means)


def test_a_notice_of_another_account_is_no_hint(at, means):
    with scope(at.organisation):
        assert keeping.hinted(means.token, at.method, "somebody else's") is None
