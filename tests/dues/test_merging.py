"""Two members who are one person: what they owe, pay and let collect comes together (M1, C2, C3)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.direct_debit.models import Mandate
from kring.dues import correcting, own, payers, refusals
from kring.dues.models import Contribution, Payer
from kring.members.merging import running, undoing
from kring.members.models import Member
from tests import make
from tests.direct_debit.collecting import again, creditor, mandate
from tests.dues import owing
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def two(in_scope: Any) -> tuple[Member, Member]:
    return make.member(email="ada@example.org", number="11"), make.member(email="ada2@example.org", number="12")


def test_of_two_contributions_of_one_period_a_person_withdraws_the_wrong_one_first(two: tuple[Member, Member]) -> None:
    kept, gone = two
    paid, open_ = owing.contribution("80.00", member=kept), owing.contribution("80.00", member=gone)
    owing.paid(paid.order, "80.00")

    with refuses(refusals.BothHaveContributions) as refused:
        running.merge(kept, gone)
    assert "number 11 (paid)" in str(refused.value) and "number 12 (open)" in str(refused.value)
    correcting.withdraw(open_, reason="Twice the same person", by=None)
    running.merge(kept, gone)

    assert {each.member_id for each in Contribution.objects.all()} == {kept.pk}


def test_periods_that_do_not_touch_and_corrections_come_along(two: tuple[Member, Member]) -> None:
    kept, gone = two
    owing.contribution("80.00", member=kept)
    before = owing.DateRange(owing.YEAR.lower.replace(year=2025), owing.YEAR.lower)
    owing.contribution("75.00", member=gone, during=before)
    owing.contribution("5.00", member=gone, kind="correction")
    running.merge(kept, gone)

    assert Contribution.objects.filter(member=kept).count() == 3


def test_what_the_one_pays_for_others_the_other_pays_and_it_is_collected(two: tuple[Member, Member]) -> None:
    """Both were payers."""
    kept, gone = two
    user = make.user("ada@example.org")
    Member.objects.filter(pk=kept.pk).update(user=user)
    ours, theirs = payers.payer_of(kept), payers.payer_of(gone)
    child = make.member()
    payers.choose(child, theirs, reason="Grandchild", by=None)
    creditor()
    owed, given = owing.contribution("80.00", member=child, payer=theirs), mandate(theirs)

    done = running.merge(kept, gone)

    assert (again(owed).payer, again(given).payer, payers.payer_of(child)) == (ours, ours, ours)
    assert [each.order for each in own.open_bills_of(user)] == [owed.order]
    undoing.undo(done)
    assert (again(owed).payer, again(given).payer, payers.payer_of(child)) == (theirs, theirs, theirs)
    assert Payer.objects.get(pk=theirs.pk).member_id == gone.pk


def test_of_two_mandates_that_of_the_one_who_stays_collects(two: tuple[Member, Member]) -> None:
    kept, gone = two
    creditor()
    ours, theirs = mandate(payers.payer_of(kept)), mandate(payers.payer_of(gone))

    running.merge(kept, gone)

    assert list(Mandate.objects.active()) == [ours]
    assert again(theirs).end_reason == "Is one with member 11"
