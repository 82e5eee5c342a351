"""A change that counts for the past, and the contributions that were made (C1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kring.dues import correcting
from kring.dues.fees import differing
from kring.dues.models import Contribution, FeeRow, FeeTable, Reduction
from kring.members.models import Member
from tests import make
from tests.dues.owing import contribution, kind

pytestmark = pytest.mark.usefixtures("in_scope")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def eva(in_scope) -> Member:
    table = FeeTable.objects.create(type=kind(), valid_from=YEAR[0], begins_on=YEAR[0])
    FeeRow.objects.create(table=table, amount=80)
    return make.member(type=kind())


def decide(member: Member, amount: int) -> None:
    Reduction.objects.create(
        kind="decision", names={"en": "Helps"}, reason="Board", valid_from=YEAR[0], amount=amount, member=member
    )


def now() -> list[tuple[Decimal, Decimal]]:
    return [(each.old, each.new) for each in differing.differences(*YEAR)]


def test_nothing_differs_until_a_rule_counts_for_the_past(eva):
    contribution("80.00", member=eva)
    assert (now(), differing.periods()) == ([], [YEAR])
    decide(eva, 20)
    assert now() == [(80, 60)]


def test_it_is_corrected_once_by_a_record_of_its_own(eva):
    one = contribution("80.00", member=eva)
    decide(eva, 20)
    assert differing.correct({one.pk: Decimal(60)}, *YEAR, reason="Board", by=None) == 1
    assert now() == []
    assert differing.correct({one.pk: Decimal(60)}, *YEAR, reason="Board", by=None) == 0
    assert list(Contribution.objects.order_by("pk").values_list("kind", "amount")) == [
        ("period", Decimal(80)),
        ("correction", Decimal(-20)),
    ]
    one.refresh_from_db()
    assert one.left == 60


def test_what_changed_since_it_was_shown_is_left_alone(eva):
    one = contribution("80.00", member=eva)
    decide(eva, 20), decide(eva, 5)
    assert differing.correct({one.pk: Decimal(60)}, *YEAR, reason="Board", by=None) == 0


def test_corrections_made_by_hand_count(eva):
    correcting.correct(contribution("80.00", member=eva), amount=Decimal(70), reason="x", by=None)
    assert now() == [(70, 80)]
