"""Overdue instalments on the staff's pages (R8)."""

from __future__ import annotations

import pytest

from kring.billing.models import Instalment
from kring.core.tenancy import scope
from tests.payments.instalments import complete, in_days
from tests.payments.ordering import fresh
from tests.payments.test_pages import text_of


@pytest.fixture
def late(organisation):
    with scope(organisation):
        made = complete("100", "200")
        Instalment.objects.filter(order=made, position=2).update(due_on=in_days(-5))
        return fresh(made)


def test_the_list_of_orders_and_the_dashboard_name_what_is_overdue(staff, late):
    treasurer = staff("treasurer")

    assert "1 order with an overdue instalment" in text_of(treasurer.get("/organisation/"))
    page = text_of(treasurer.get("/organisation/orders/?needs=arrears"))
    assert late.number in page
    assert "overdue" in page


def test_the_order_page_shows_what_was_paid_and_what_can_be_done(staff, late):
    page = text_of(staff("treasurer").get(f"/organisation/orders/{late.number}/"))

    assert "€100.00 has been paid. Give it another date, waive the rest, or cancel the order" in page


def test_another_date_is_given(staff, organisation, late):
    answer = staff("treasurer").post(
        f"/organisation/orders/{late.number}/extension/", {"due_on": str(in_days(9)), "reason": "asked for it"}
    )

    assert answer.status_code == 302
    with scope(organisation):
        assert fresh(late).next_due_on == in_days(9)


def test_a_day_in_the_past_is_an_error_at_its_field(staff, late):
    page = staff("treasurer").post(
        f"/organisation/orders/{late.number}/extension/", {"due_on": str(in_days(-1)), "reason": "x"}
    )

    assert page.status_code == 422
    assert "Give a day from today on" in text_of(page)


def test_the_rest_is_waived_with_a_reason(staff, organisation, late):
    path = f"/organisation/orders/{late.number}/waiver/"
    treasurer = staff("treasurer")

    assert treasurer.post(path, {"reason": ""}).status_code == 422
    assert treasurer.post(path, {"reason": "hardship"}).status_code == 302
    assert treasurer.post(path, {"reason": "hardship"}).status_code == 302
    with scope(organisation):
        assert (fresh(late).state, fresh(late).total) == ("paid", 100)


def test_the_list_of_participants_shows_and_finds_what_is_overdue(staff, late):
    organiser = staff("organiser")
    path = "/organisation/registrations/?col=still_open&col=next_due_on&instalment="

    found, none = (text_of(organiser.get(path + which)) for which in ("overdue", "open"))
    assert "€200.00" in found
    assert "€200.00" in none
