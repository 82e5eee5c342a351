"""A payer at two windows, and a worker that charges meanwhile: over real connections (C3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from kring.core.sepa import Account
from kring.core.tenancy import scope
from kring.direct_debit import one_way, own_mandates, provider_collecting, provider_mandates
from kring.direct_debit.models import Mandate, ProviderCollection, ProviderDebit, ProviderMandate
from kring.dues import billing_together, payers
from kring.dues.models import Contribution
from kring.members.models import Member
from kring.payments.models import ProviderAccount, SavedMeans
from tests import make
from tests.direct_debit.collecting import IBAN, creditor
from tests.dues import owing
from tests.waiting.crossing import Crossing, in_scope

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(organisation: Any) -> Any:
    """Pays for herself, and keeps an account at the provider."""
    with scope(organisation):
        user = make.staff("member", email="ada@example.org")
        member = make.member(email=user.email)
        Member.objects.filter(pk=member.pk).update(user=user)
        payers.payer_of(member)
        account = ProviderAccount.objects.create(method="mollie", mode="live", keys={"key": "k"}, name="The club")
        user.means = SavedMeans.objects.create(
            provider_account=account,
            method="mollie",
            payer_name="Ada",
            payer_email=user.email,
            language="en",
            token="mdt_1",
            state="active",
            active_at=timezone.now(),
        )
        user.creditor, user.member = creditor(), member
        return user


def both_ways(organisation: Any, ada: Any, crossing: Crossing) -> int:
    """How many collect after she gave one at each window."""

    def at_the_bank() -> None:
        own_mandates.give(ada, Account("Ada", IBAN), creditor=ada.creditor, address="::1")

    def at_the_provider() -> None:
        provider_mandates.give(ada, ada.means)

    crossing.stop(0, own_mandates.mandates, "give")
    crossing.stop(1, provider_mandates, "log")
    assert crossing.run(in_scope(organisation, at_the_bank), in_scope(organisation, at_the_provider)) == ["", ""]
    with scope(organisation):
        return Mandate.objects.active().count() + ProviderMandate.objects.in_force().count()


def test_of_two_ways_given_at_once_one_collects(organisation: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert both_ways(organisation, ada, Crossing(monkeypatch)) == 1


def test_without_the_lock_both_would(organisation: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_way, "lock", lambda payer: None)

    assert both_ways(organisation, ada, Crossing(monkeypatch)) == 2


def joined_while_it_is_charged(organisation: Any, ada: Any, crossing: Crossing) -> list[tuple[str, bool]]:
    """State of each debit after its bill was put on an older one, at the moment the worker has looked which bills
    there are; and whether its contribution is on the bill that is charged."""
    with scope(organisation):
        provider_mandates.give(ada, ada.means)
        # Not due yet, so not collected.
        later = owing.contribution("25.00", member=ada.member, kind="entry", bill="entry", due_on=timezone.localdate())
        Contribution.objects.filter(pk=later.pk).update(due_on=provider_collecting.earliest().replace(year=2100))
        due = owing.contribution("80.00", member=ada.member)
        day = provider_collecting.earliest()
        seen = provider_collecting.plan(day).digest
        collection = provider_collecting.announce(day, seen=seen, by=make.staff("treasurer"))
        ProviderCollection.objects.update(state="charged", released_at=timezone.now())

    def charge() -> None:
        provider_collecting.charge(collection.pk, ada.means.pk)

    def join() -> None:
        billing_together.join(due.payer, by=ada)

    crossing.stop(0, provider_collecting, "lock_pk", after=False, others_first=True)
    crossing.stop(1, billing_together, "lock", after=False)
    crossing.run(in_scope(organisation, charge), in_scope(organisation, join))
    with scope(organisation):
        found = ProviderDebit.objects.select_related("payment", "contribution")
        return [
            (each.state, bool(each.payment) and each.payment.order_id == each.contribution.order_id) for each in found
        ]


def test_bills_put_together_while_they_are_charged_leave_no_debit_behind(
    organisation: Any, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert joined_while_it_is_charged(organisation, ada, Crossing(monkeypatch)) == [("charged", True)]


def test_without_the_lock_it_would_stay_announced(organisation: Any, ada: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (provider_collecting, billing_together):
        monkeypatch.setattr(each, "lock", lambda names: None)

    assert joined_while_it_is_charged(organisation, ada, Crossing(monkeypatch)) == [("announced", False)]


def test_bills_put_together_before_they_are_charged_are_charged_as_one(organisation: Any, ada: Any) -> None:
    """However long the job waited."""
    with scope(organisation):
        provider_mandates.give(ada, ada.means)
        one = owing.contribution("80.00", member=ada.member)
        owing.contribution("25.00", member=ada.member, kind="entry", bill="entry")
        day = provider_collecting.earliest()
        seen = provider_collecting.plan(day).digest
        collection = provider_collecting.announce(day, seen=seen, by=make.staff("treasurer"))
        billing_together.join(one.payer, by=ada)

        provider_collecting.charge(collection.pk, ada.means.pk)

        assert [str(each.payment.amount) for each in ProviderDebit.objects.select_related("payment")] == ["105.00"] * 2
        assert len(billing_together.can_be_joined(one.payer)) == 0
