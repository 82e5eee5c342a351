"""The treasurer's pages of contributions: dry run, run, list, one of them, what is done about it (C2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.dues.models import Contribution, ContributionRun, DuesPaymentOption, DuesSettings, FeeRow, FeeTable
from kring.members.models import MembershipType
from kring.organisations.models import AuditEntry
from tests import make
from tests.dues import owing
from tests.jobs import work
from tests.web.manage.conftest import url

YEAR = timezone.localdate().year


@pytest.fixture
def adults(organisation):
    with scope(organisation):
        kind = MembershipType.objects.create(name="Adults")
        table = FeeTable.objects.create(
            type=kind, valid_from=date(2020, 1, 1), period="year", begins_on=date(2020, 1, 1)
        )
        FeeRow.objects.create(table=table, from_age=0, amount=Decimal("120.00"))
        make.member(first_name="Ada", last_name="Lovelace", email="ada@example.org", type=kind)
        make.member(first_name="Bo", last_name="Typeless")
        return kind


@pytest.fixture
def made(organisation):
    with scope(organisation):
        return owing.contribution("80.00", member=make.member(first_name="Ada", email="ada@example.org"))


def fresh(organisation, one):
    with scope(organisation):
        return Contribution.objects.get(pk=one.pk)


def test_the_dry_run_shows_totals_and_who_is_left_out_and_the_button_makes_them(organisation, treasurer, adults):
    period = f"year:{YEAR}-01-01:{YEAR}-12-31"
    chosen = treasurer.page("contribution_run_new")
    assert f'value="{period}"' in chosen.content.decode()

    shown = treasurer.page("contribution_run_new", period=period).content.decode()
    assert "120.00" in shown and "no membership type" in shown and "Bo Typeless" in shown
    with scope(organisation):
        assert not Contribution.objects.exists()

    answer = treasurer.act(
        "contribution_run_new",
        period=period,
        name="The year",
        due_on=timezone.localdate() + timedelta(days=30),
        is_mailed="on",
    )
    assert answer.status_code == 302
    with scope(organisation):
        run = ContributionRun.objects.get()
        assert run.state == "running"
    asks_again = treasurer.page("contribution_run", run.pk).content.decode()
    assert 'hx-trigger="load delay' in asks_again
    work()
    with scope(organisation):
        run = ContributionRun.objects.get()
        assert (run.made, run.total, run.state) == (1, 120, "done")
    # All of the page is out of date by then.
    answer = treasurer.get(url("contribution_run", run.pk), headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    page = treasurer.page("contribution_run", run.pk).content.decode()
    assert "The year" in page and "no membership type: 1" in page


def test_the_list_has_totals_filters_and_a_file(organisation, treasurer, made):
    page = treasurer.page("contributions").content.decode()
    assert "€80.00" in page and "Jansen, Ada" in page

    assert "Jansen, Ada" in treasurer.page("contributions", needs="overdue").content.decode()
    assert "Jansen, Ada" not in treasurer.page("contributions", state="paid").content.decode()

    file = b"".join(treasurer.page("contributions_export", form="csv").streaming_content).decode("utf-8-sig")
    assert "Jansen, Ada" in file and made.order.number in file
    assert b"".join(treasurer.page("contributions_export").streaming_content).startswith(b"PK")
    with scope(organisation):
        assert AuditEntry.objects.filter(action="contributions.exported").exists()


def test_one_contribution_is_corrected_paid_and_waived(organisation, treasurer, made):
    assert "Jansen" in treasurer.page("contribution", made.pk).content.decode()

    assert treasurer.act("contribution_correction", made.pk, amount="60.00", reason="Half a year").status_code == 302
    assert fresh(organisation, made).left == 60

    treasurer.act("contribution_money", made.pk, amount="20.00", on=timezone.localdate(), text="Cash")
    assert (fresh(organisation, made).state, fresh(organisation, made).received) == ("part_paid", 20)

    treasurer.act("contribution_waiver", made.pk, reason="Hardship")
    assert (fresh(organisation, made).state, fresh(organisation, made).left) == ("waived", 0)
    assert "Hardship" in treasurer.page("contribution", made.pk).content.decode()


def test_it_is_withdrawn(organisation, treasurer, made):
    assert treasurer.act("contribution_withdrawal", made.pk, reason="Wrong").status_code == 302

    assert fresh(organisation, made).state == "withdrawn"


def test_a_sponsor_pays(organisation, treasurer, made):
    answer = treasurer.act(
        "contribution_payer", made.pk, who="sponsor", name="Bakery", email="b@bakery.example", is_for_good="on",
        reason="Sponsors",
    )  # fmt: skip

    assert answer.status_code == 302
    with scope(organisation):
        one = Contribution.objects.select_related("payer", "order").get()
        assert (one.payer.name, one.order.buyer_email) == ("Bakery", "b@bakery.example")


def test_the_bill_is_a_document(treasurer, made):
    assert treasurer.page("contribution_bill", made.pk).content.startswith(b"%PDF-")


def test_settings_and_ways_to_pay(organisation, treasurer):
    facts = {
        "grouping": "member",
        "days_until_due": 14,
        "instalments": 4,
        "months_between": 3,
        "smallest_instalment": 20,
    }
    assert treasurer.act("dues_settings", **facts).status_code == 302
    assert treasurer.act("dues_payment", "transfer", account="NL91ABNA0417164300", holder="Club").status_code == 302

    with scope(organisation):
        assert DuesSettings.objects.get().instalments == 4
        assert DuesPaymentOption.objects.get().settings["holder"] == "Club"
    assert "available" in treasurer.page("dues_settings").content.decode()
    treasurer.act("dues_payment_removal", "transfer")
    with scope(organisation):
        assert not DuesPaymentOption.objects.exists()


def test_orders_of_dues_are_no_orders_of_an_event(organisation, treasurer, made):
    assert made.order.number not in treasurer.page("orders").content.decode()
    assert treasurer.page("order", made.order.number).status_code == 200


def test_the_members_page_shows_them_to_who_may_see_dues(treasurer, made):
    assert "€80.00 open" in treasurer.page("member", made.member_id).content.decode()


@pytest.mark.parametrize("number", [1, 12])
def test_the_list_costs_the_same_for_one_and_for_many(organisation, treasurer, number, django_assert_max_num_queries):
    with scope(organisation):
        for _ in range(number):
            owing.contribution(member=make.member())
    treasurer.page("contributions")

    with django_assert_max_num_queries(17):
        treasurer.page("contributions")
