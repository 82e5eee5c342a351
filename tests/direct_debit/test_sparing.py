"""Nobody is reminded of what a mandate collects; but of what it does not collect any more (C5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from kring.direct_debit.models import Mandate
from kring.dues.models import Contribution
from kring.dues.reminding import planning
from tests.direct_debit import collecting
from tests.dues.reminders import overdue, usual_steps, why_not

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture
def made(in_scope: Any) -> Contribution:
    usual_steps()
    collecting.creditor()
    return overdue(10)


def test_what_a_mandate_collects_is_nobodys_reminder(made: Contribution) -> None:
    assert planning.plan(timezone.localdate()).going

    collecting.mandate(made.payer)
    assert why_not() == ["under_way"]


def test_a_mandate_that_is_stopped_or_ended_collects_nothing(made: Contribution) -> None:
    mandate = collecting.mandate(made.payer)
    mandate.stop(Mandate.Hold.NEW_ACCOUNT)
    assert planning.plan(timezone.localdate()).going

    mandate.resume()
    mandate.end(Mandate.State.REVOKED, by=None, reason="Wants no direct debit")
    assert planning.plan(timezone.localdate()).going


def test_where_the_bank_says_that_the_payer_has_died_nobody_writes(made: Contribution) -> None:
    collecting.mandate(made.payer).stop(Mandate.Hold.DECEASED)

    assert why_not() == ["deceased"]


def test_it_costs_the_same_for_one_and_for_many(made: Contribution, django_assert_num_queries: Any) -> None:
    collecting.mandate(made.payer)
    with django_assert_num_queries(10) as one:
        planning.plan(timezone.localdate())
    for _ in range(3):
        collecting.mandate(overdue(10).payer)
    with django_assert_num_queries(len(one)):
        planning.plan(timezone.localdate())
