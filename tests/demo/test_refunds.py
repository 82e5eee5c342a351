"""In a demo there are refunds that were made, are under way, failed, and wait for staff; each cent stands once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.demo import acting, providers, refunds
from kring.demo.people import DUTCH, Crowd
from kring.events import editing_parts
from kring.events.models import Event
from kring.payments.models import Payment, Refund
from kring.registrations.models import RefundRun
from tests import make
from tests.jobs import work
from tests.payments.ordering import fresh

BESIDE = {"bank_file", "credit", "gift"}


@pytest.fixture
def visitors(organisation: Any) -> acting.Visitors:
    crowd = Crowd(DUTCH, "post.example", seed=1)
    with scope(organisation):
        event: Event = make.attraction(price="49.95", days_to_pay=14).event
        providers.offer_testpay(event)
        editing_parts.offer_payment(event, "transfer", {"account": "NL91ABNA0417164300", "holder": "The club"})
        staff = {name: make.staff(name) for name in ("treasurer", "organiser")}
        staff["member"] = make.user()
    return acting.Visitors(organisation, event, crowd, staff)


def test_refunds_are_in_each_state_and_add_up(organisation: Any, visitors: acting.Visitors) -> None:
    with scope(organisation):
        type(organisation).objects.filter(pk=organisation.pk).update(bank_account="NL91ABNA0417164300")
    with scope(fresh(organisation)):
        refunds.fill(visitors)
    work()

    with scope(organisation):
        states = Counter(Refund.objects.values_list("state", "how"))
        beside = {(state, how): states.pop((state, how)) for state, how in list(states) if how in BESIDE}
        waiting = Refund.objects.waiting_for_staff().count()
        run = RefundRun.objects.select_related("event").get()
        outcomes = Counter(run.items.values_list("outcome", flat=True))
        left = {each.left for each in Payment.objects.filter(order__lines__registrations__event=run.event)}

    assert states == {
        ("done", "provider"): refunds.AT_TESTPAY - len(refunds.ANSWERS),
        ("pending", "provider"): 2,
        ("rejected", "provider"): 1,
        ("failed", "provider"): 1,
        ("done", "transfer"): 1,
    }
    # In each state of a bank file, and what stays as credit or as a gift.
    assert {how for _state, how in beside} == BESIDE
    assert {state for state, how in beside if how == "bank_file"} >= {"asked", "pending", "done"}
    assert (waiting, run.finished_at is not None, run.event.state) == (2, True, "cancelled")
    assert outcomes == {"done": refunds.AT_TESTPAY, "by_hand": refunds.BY_TRANSFER}
    assert min(left) == 0
