"""Collecting contributions from accounts that payers keep at the payment provider (C3), at Mollie over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing import instalments
from kring.billing.instalments import Part
from kring.core.refusals import NotAllowed, WrongState
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.demo.counterparts.mollie import Mollie
from kring.direct_debit import adopting, one_way, planning, provider_collecting, provider_mandates, refusals
from kring.direct_debit.models import Mandate, ProviderCollection, ProviderDebit, ProviderMandate
from kring.dues import payers, recording
from kring.dues.collecting import is_collected
from kring.dues.models import Contribution, Payer
from kring.mail.models import Message
from kring.members.models import BankAccount, Member
from kring.payments import keeping
from kring.payments.methods.mollie import client
from kring.payments.models import Payment, SavedMeans
from tests import make
from tests.direct_debit import collecting
from tests.dues import owing
from tests.dues.reminders import usual_steps, why_not
from tests.jobs import work
from tests.payments.ordering import fresh
from tests.payments.saved_means import AtMollie
from tests.refusing import refuses

EMAIL = "ada@example.org"


def member_of(user):
    member = make.member(email=user.email)
    Member.objects.filter(pk=member.pk).update(user=user)
    return fresh(member)


@pytest.fixture
def at(settings, organisation, client_of_the_club):
    with Mollie() as server:
        settings.PROVIDER_URLS = {**settings.PROVIDER_URLS, "mollie": server.url}
        at = AtMollie(server, organisation, client_of_the_club)
        at.connect()
        yield at
        client.connections().close()
        client.connections.cache_clear()


@pytest.fixture
def client_of_the_club(client, organisation):
    client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"
    return client


@pytest.fixture
def ada(organisation):
    """A member with a login, who pays for themselves."""
    with scope(organisation):
        user = make.staff("member", email=EMAIL, name="Ada Lovelace")
        return user, member_of(user)


@pytest.fixture
def contribution(organisation, ada):
    with scope(organisation):
        return owing.contribution("80.00", member=ada[1])


@pytest.fixture
def means(at, ada):
    kept = at.kept()
    with scope(at.organisation):
        provider_mandates.give(ada[0], kept)
    return kept


@pytest.fixture
def two(organisation):
    with scope(organisation):
        return make.staff("treasurer"), make.staff("org_admin")


def day():
    return provider_collecting.earliest()


def announced(at, two):
    with scope(at.organisation):
        return provider_collecting.announce(day(), seen=provider_collecting.plan(day()).digest, by=two[0])


def released(at, two):
    collection = announced(at, two)
    with scope(at.organisation):
        provider_collecting.release(collection, by=two[1])
    return collection


def charged(at, two):
    """On its day, with all jobs done."""
    collection = released(at, two)
    with scope(at.organisation):
        ProviderCollection.objects.update(collect_on=timezone.localdate())
    tick()
    work()
    return collection


def state(at, contribution):
    return at.now(contribution).state


# The mandate


def test_a_payer_lets_contributions_be_collected_from_a_saved_account_and_takes_that_back(at, ada, means):
    with scope(at.organisation):
        mandate = provider_mandates.of_user(ada[0])
        assert (mandate.means_id, mandate.payer_id) == (means.pk, payers.payer_of(ada[1]).pk)
        assert provider_mandates.give(ada[0], means).pk == mandate.pk
        assert one_way.end_at_provider(mandate, by=ada[0]) and not one_way.end_at_provider(mandate, by=ada[0])
        assert provider_mandates.of_user(ada[0]) is None


def test_who_pays_no_more_still_ends_what_is_collected_from_their_account(at, ada, contribution, means):
    """What was made for them while they paid is still collected."""
    with scope(at.organisation):
        payers.choose(ada[1], Payer.objects.create(own_name="Bakery"), reason="Sponsors her", by=None)
        assert [each.contribution for each in provider_collecting.plan(day()).collected] == [contribution]
    at.visitor.force_login(ada[0])
    assert "No longer for contributions" in at.visitor.get("/portal/accounts/").content.decode()

    at.visitor.post(f"/portal/accounts/{means.pk}/collecting/", {"stop": "1"})

    with scope(at.organisation):
        assert not provider_collecting.plan(day()).collected


def test_who_pays_the_bill_of_somebody_else_sees_what_became_of_it(at, ada, organisation):
    with scope(organisation):
        theirs = owing.contribution("80.00", member=make.member(email="liv@example.org"))
    means = at.kept()
    at.visitor.force_login(ada[0])
    sent = {"how_much": "all", "method": f"saved-{means.pk}", "seen": "80.00"}

    answer = at.visitor.post(f"/contributions/{theirs.order.secret}/", sent, follow=True)

    assert answer.status_code == 200 and "Waiting for your bank" in answer.content.decode()
    with scope(organisation):
        assert Payment.objects.get().payer_email == EMAIL


def test_nobody_gives_one_for_the_account_of_somebody_else(at, ada, means):
    with scope(at.organisation):
        eve = make.staff("member", email="eve@example.org")
        member_of(eve)
        with refuses(NotAllowed):
            provider_mandates.give(eve, means)


def ways(at):
    """What collects now: mandates of the bank, those at the provider."""
    with scope(at.organisation):
        return Mandate.objects.active().count(), ProviderMandate.objects.in_force().count()


def mails(at, template):
    with scope(at.organisation):
        return [each.text for each in Message.objects.filter(template=template)]


def test_a_saved_account_instead_of_a_mandate_by_the_bank_ends_that_and_says_so(at, ada, contribution):
    kept = at.kept()
    with scope(at.organisation):
        mandate = collecting.mandate(payers.payer_of(ada[1]))
        at.visitor.force_login(ada[0])
    page = at.visitor.get("/portal/accounts/").content.decode()
    assert f"direct debit mandate {mandate.reference}" in page and "ends when you pay" in page

    at.visitor.post(f"/portal/accounts/{kept.pk}/collecting/")

    assert ways(at) == (0, 1)
    [text] = mails(at, "mandate-replaced")
    assert "debited from your saved account NL91 … 4300" in text and mandate.reference in text
    assert not mails(at, "mandate-ended")
    with scope(at.organisation):
        assert [each.contribution for each in provider_collecting.plan(day()).collected] == [contribution]
        assert not planning.plan(mandate.creditor_account, day()).debits


def test_a_mandate_by_the_bank_instead_of_a_saved_account_ends_that_and_says_so(at, ada, contribution, means, two):
    released(at, two)
    with scope(at.organisation):
        collecting.creditor()
    at.visitor.force_login(ada[0])
    assert "saved account NL91 … 4300" in at.visitor.get("/portal/mandates/").content.decode()
    form = at.visitor.get("/portal/mandates/new/").content.decode()
    assert "With this mandate that ends, also for what was announced from there." in form

    at.visitor.post("/portal/mandates/new/", {"iban": collecting.OTHER_BANK, "holder": "Ada Lovelace", "agrees": "on"})

    assert ways(at) == (1, 0)
    [text] = mails(at, "mandate-given")
    assert "no longer debited from your saved account NL91 … 4300" in text
    due_today(at.organisation)
    work()
    assert at.made() == []
    with scope(at.organisation):
        assert ProviderDebit.objects.get().why == "no_account"


def test_old_papers_replace_no_saved_account(at, ada, means):
    with scope(at.organisation):
        collecting.creditor()
        BankAccount.objects.create(member=ada[1], iban=collecting.IBAN, holder="Ada Lovelace")
        assert adopting.number_to_adopt() == (0, 0)


# Planning and announcing


def test_the_dry_run_has_what_is_due_with_its_total_and_writes_nothing(at, contribution, means):
    with scope(at.organisation):
        owing.contribution("30.00")  # of somebody without a mandate
        plan = provider_collecting.plan(day())

        assert [(each.contribution, each.amount, each.attempt) for each in plan.collected] == [
            (contribution, Decimal("80.00"), 1)
        ]
        assert (plan.total, plan.left_out) == (Decimal("80.00"), [])
        assert not ProviderDebit.objects.exists()


def test_a_revoked_account_is_left_out_with_the_reason(at, contribution, means):
    with scope(at.organisation):
        keeping.revoke(means, by=None, reason=keeping.BY_PAYER)
        [left_out] = provider_collecting.plan(day()).left_out

    assert left_out.why == ProviderDebit.Why.NO_ACCOUNT


def test_payers_are_told_two_weeks_before_for_whom_and_how_much(at, contribution, means, two):
    with scope(at.organisation):
        with refuses(refusals.NoticeTooShort):
            provider_collecting.announce(day() - timedelta(days=1), seen="", by=two[0])
        announced(at, two)
        [mail] = Message.objects.filter(template="provider-debit-announced")
        assert mail.recipient == EMAIL
        assert "€80.00" in mail.text and str(contribution.member) in mail.text and "NL91 … 4300" in mail.text


def test_what_is_announced_is_not_announced_twice(at, contribution, means, two):
    announced(at, two)
    with scope(at.organisation):
        assert [each.why for each in provider_collecting.plan(day()).left_out] == ["under_way"]
        with refuses(refusals.NothingToCollect):
            provider_collecting.announce(day(), seen="", by=two[0])


def test_what_has_changed_since_the_dry_run_is_shown_again(at, contribution, means, two):
    with scope(at.organisation):
        seen = provider_collecting.plan(day()).digest
        owing.contribution("30.00", member=contribution.member, kind="correction", corrects=contribution)
        with refuses(refusals.PlanChanged):
            provider_collecting.announce(day(), seen=seen, by=two[0])


# Releasing


def test_whoever_announced_it_does_not_release_it(at, contribution, means, two):
    collection = announced(at, two)
    with scope(at.organisation):
        with refuses(refusals.SamePerson):
            provider_collecting.release(collection, by=two[0])
        provider_collecting.release(collection, by=two[1])
        with refuses(WrongState):
            provider_collecting.release(collection, by=two[1])


def test_what_is_not_released_is_not_charged(at, contribution, means, two):
    announced(at, two)
    with scope(at.organisation):
        ProviderCollection.objects.update(collect_on=timezone.localdate())
    tick()
    work()

    assert at.made() == []


def test_released_it_waits_for_its_day(at, contribution, means, two):
    released(at, two)
    tick()
    work()

    assert at.made() == []


def test_called_off_nothing_is_charged_and_the_payers_are_told(at, contribution, means, two):
    collection = released(at, two)
    with scope(at.organisation):
        provider_collecting.call_off(collection, by=two[0])
        ProviderCollection.objects.update(collect_on=timezone.localdate())
        assert Message.objects.filter(template="provider-debit-called-off", recipient=EMAIL).count() == 1
    tick()
    work()

    assert at.made() == []
    with scope(at.organisation):
        assert [each.attempt for each in provider_collecting.plan(day()).collected] == [2]


# Charging


def test_on_its_day_it_is_charged_once_and_the_contribution_is_paid_when_the_bank_has(at, contribution, means, two):
    charged(at, two)
    tick()
    work()
    [made] = at.made()
    assert made["amount"]["value"] == "80.00"
    assert state(at, contribution) == "pending"
    with scope(at.organisation):
        payment = ProviderDebit.objects.get().payment

    at.collect(payment)
    at.delivered(payment, times=2)

    assert state(at, contribution) == "paid"


def test_a_family_on_one_bill_is_one_charge(at, ada, means, two):
    with scope(at.organisation):
        child = make.member(email="")
        payer = payers.payer_of(ada[1])
        recording.record([owing.draft(ada[1], "80.00", payer=payer), owing.draft(child, "40.00", payer=payer)])

    charged(at, two)

    assert [each["amount"]["value"] for each in at.made()] == ["120.00"]


def test_what_the_bank_returns_is_tried_again_at_most_twice(at, contribution, means, two):
    for attempt in (1, 2, 3):
        charged(at, two)
        with scope(at.organisation):
            debit = ProviderDebit.objects.select_related("payment").latest("attempt")
            assert debit.attempt == attempt
        at.bounce(debit.payment)
        at.delivered(debit.payment)
        assert state(at, contribution) == "failed"
    with scope(at.organisation):
        assert [each.why for each in provider_collecting.plan(day()).left_out] == ["too_often"]


def test_what_the_payer_has_paid_back_is_not_collected_again(at, contribution, means, two):
    charged(at, two)
    with scope(at.organisation):
        payment = ProviderDebit.objects.get().payment
    at.collect(payment)
    at.delivered(payment)
    at.charge_back(payment)
    at.delivered(payment)

    with scope(at.organisation):
        assert [each.why for each in provider_collecting.plan(day()).left_out] == ["refused"]


def test_paid_otherwise_meanwhile_nothing_is_charged(at, contribution, means, two):
    collection = released(at, two)
    with scope(at.organisation):
        owing.paid(contribution.order, "80.00")
        ProviderCollection.objects.update(collect_on=timezone.localdate())
    tick()
    work()

    assert at.made() == []
    with scope(at.organisation):
        assert fresh(collection).debits.get().why == "nothing_owed"


def test_revoked_between_notice_and_debit_nothing_is_charged(at, ada, contribution, means, two):
    released(at, two)
    with scope(at.organisation):
        one_way.end_at_provider(provider_mandates.of_user(ada[0]), by=ada[0])
        ProviderCollection.objects.update(collect_on=timezone.localdate())
    tick()
    work()

    assert at.made() == []


def test_a_worker_killed_while_it_charges_charges_once(at, contribution, means, two):
    at.server.behave("well", "lost answer", "well")
    charged(at, two)
    assert len(at.made()) == 1
    with scope(at.organisation):
        Payment.objects.update(poll_at=timezone.now(), polled_at=None)
    tick()
    work()

    assert len(at.made()) == 1
    assert state(at, contribution) == "pending"


def test_another_organisation_has_none_of_it(at, contribution, means, two):
    announced(at, two)
    with scope(make.organisation(subdomain="zlot")):
        assert not ProviderCollection.objects.exists() and not SavedMeans.objects.exists()
        assert provider_collecting.plan(day()).collected == []


# The pages


def test_the_treasurer_announces_and_the_second_person_releases(at, contribution, means, two):
    url = "/organisation/collections-by-provider/"
    at.visitor.force_login(two[0])
    dry_run = at.visitor.get(f"{url}new/")
    assert "Announce €80.00 to the payers" in dry_run.content.decode()
    assert at.visitor.post(f"{url}new/", {"collect_on": day().isoformat(), "seen": "x"}).status_code == 422
    seen = dry_run.context["plan"].digest
    page = at.visitor.post(f"{url}new/", {"collect_on": day().isoformat(), "seen": seen})["Location"]
    assert "Somebody else must release" in at.visitor.get(page).content.decode()

    at.visitor.force_login(two[1])
    assert "NL91 … 4300" in at.visitor.get(page).content.decode()
    assert "€80.00" in at.visitor.get(f"{page}release/").content.decode()
    with scope(at.organisation):
        assert ProviderCollection.objects.get().state == "announced"
    at.visitor.post(f"{page}release/")

    with scope(at.organisation):
        assert ProviderCollection.objects.get().state == "released"
    assert at.visitor.get(url).status_code == 200


def test_the_secretary_releases_and_does_no_more(at, contribution, means, two):
    collection = announced(at, two)
    with scope(at.organisation):
        at.visitor.force_login(make.staff("members"))
    url = "/organisation/collections-by-provider/"
    assert "collections-by-provider/new/" not in at.visitor.get(url).content.decode()
    page = at.visitor.get(f"{url}{collection.pk}/").content.decode()
    assert "/release/" in page and "/calling-off/" not in page
    assert at.visitor.post(f"{url}{collection.pk}/calling-off/").status_code == 403

    at.visitor.post(f"{url}{collection.pk}/release/")

    with scope(at.organisation):
        assert fresh(collection).state == "released"


def test_in_the_portal_one_button_pays_contributions_from_now_on(at, ada, contribution):
    kept = at.kept()
    at.visitor.force_login(ada[0])
    assert "Pay contributions from it from now on" in at.visitor.get("/portal/accounts/").content.decode()

    at.visitor.post(f"/portal/accounts/{kept.pk}/collecting/")

    assert "for contributions" in at.visitor.get("/portal/accounts/").content.decode()
    with scope(at.organisation):
        assert provider_mandates.of_user(ada[0]).means_id == kept.pk
    at.visitor.post(f"/portal/accounts/{kept.pk}/collecting/", {"stop": "1"})
    with scope(at.organisation):
        assert provider_mandates.of_user(ada[0]) is None


def test_the_database_lets_no_contribution_be_announced_twice_nor_an_attempt_be_repeated(at, contribution, means, two):
    collection = announced(at, two)
    again = {"collection": collection, "contribution": contribution, "means": means, "amount": Decimal("80.00")}
    with scope(at.organisation):
        with pytest.raises(IntegrityError, match="provider_debit_is_announced_once"), transaction.atomic():
            ProviderDebit.objects.create(**again, attempt=2)
        ProviderDebit.objects.update(state="left_out", why="called_off")
        with pytest.raises(IntegrityError, match="provider_debit_attempt_is_one_each"), transaction.atomic():
            ProviderDebit.objects.create(**again, attempt=1)
        with pytest.raises(IntegrityError, match="released_by_another"), transaction.atomic():
            ProviderCollection.objects.update(released_by=two[0])


def test_nobody_is_reminded_of_what_is_collected_from_a_saved_account(at, ada, contribution, means):
    with scope(at.organisation):
        usual_steps()
        Contribution.objects.filter(pk=contribution.pk).update(due_on=timezone.localdate() - timedelta(days=10))
        assert why_not() == ["under_way"]
        assert is_collected(contribution.payer_id)

        one_way.end_at_provider(provider_mandates.of_user(ada[0]), by=ada[0])
        assert not why_not() and not is_collected(contribution.payer_id)


# Beside the organisation's bank, where a payer has given a mandate to both


def due_today(organisation):
    with scope(organisation):
        ProviderCollection.objects.update(collect_on=timezone.localdate())
        provider_collecting.charge_due()
        return ProviderCollection.objects.get().pk


def test_what_the_provider_is_to_charge_the_bank_does_not_collect(at, contribution, means, two):
    released(at, two)
    collection = due_today(at.organisation)
    with scope(at.organisation):
        provider_collecting.charge(collection, means.pk)
        assert at.made() == []  # not sent yet

        mandate = collecting.mandate(contribution.payer)
        plan = planning.plan(mandate.creditor_account, day())

        assert ([each.why for each in plan.left_out], plan.debits) == (["under_way"], [])


def test_what_the_bank_collects_of_a_bill_the_provider_does_not_charge(at, ada, means, two):
    with scope(at.organisation):
        child = make.member(email="")
        payer = payers.payer_of(ada[1])
        first, second = recording.record(
            [owing.draft(ada[1], "80.00", payer=payer), owing.draft(child, "40.00", payer=payer)]
        )
    released(at, two)
    collection = due_today(at.organisation)
    with scope(at.organisation):
        # For the second of the bill, which the database notes as pending at the first.
        Member.objects.filter(pk=first.member_id).update(state="deceased")
        collecting.mandate(payer)
        # As of old, when both could be in force.
        ProviderMandate.objects.update(ended_at=None)
        collecting.announced()
        Member.objects.filter(pk=first.member_id).update(state="active")
        assert fresh(second).pending == 0

        provider_collecting.charge(collection, means.pk)

        assert {each.why for each in ProviderDebit.objects.all()} == {"under_way"}
    assert at.made() == []


def test_of_a_bill_in_parts_only_those_are_collected_that_are_due(at, contribution, means):
    with scope(at.organisation):
        parts = [Part(Decimal("30.00"), day()), Part(Decimal("50.00"), day() + timedelta(days=90))]
        instalments.choose(contribution.order, parts)

        assert [each.amount for each in provider_collecting.plan(day()).collected] == [Decimal("30.00")]
