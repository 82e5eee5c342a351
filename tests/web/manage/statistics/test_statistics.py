"""Statistics in the browser and as files (issue 12, point 11)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members import groups
from kring.members.models import RegisterSettings
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def liv(organisation: Any) -> Any:
    with scope(organisation):
        today = timezone.localdate()
        return make.member(
            first_name="=Liv",
            birth_date=today.replace(year=today.year - 30, day=1),
            joined_on=date(today.year - 10, 1, 1),
        )


def test_the_numbers_of_a_day_stand_on_the_page_with_their_bars(secretary, liv):
    page = secretary.page("statistics", on="2024-05-05", digits="1").content.decode()
    assert "5 May 2024" in page
    assert '<svg class="chart"' in page
    assert "Unknown" in page


@pytest.mark.parametrize("day", ["2999-01-01", "0001-01-01", "tomorrow"])
def test_a_day_that_cannot_be_is_said_and_today_is_shown(secretary, liv, day):
    page = secretary.page("statistics", on=day)
    assert page.status_code == 422
    assert page.context["options"].errors["on"]


@pytest.mark.parametrize("name", ["statistics", "statistics_changes", "statistics_jubilees", "statistics_birthdays"])
def test_an_address_with_nonsense_is_no_error_of_ours(secretary, name):
    unreadable = {
        "year": "-1",
        "years": "x",
        "type": "9" * 30,
        "group": "💥",
        "when": "ever",
        "on": "0000-99-99",
        "page": "x",
    }
    assert secretary.page(name, **unreadable).status_code in (200, 422)


def test_looking_at_statistics_writes_nothing(secretary, organisation):
    for name in ("statistics", "statistics_changes", "statistics_jubilees", "statistics_birthdays"):
        assert secretary.page(name).status_code == 200
    with scope(organisation):
        assert not RegisterSettings.objects.exists()


def test_all_tables_are_in_the_file_each_on_a_sheet(secretary, liv):
    file = secretary.page("statistics", form="xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    assert len(book.sheet_names) == 5
    csv = secretary.page("statistics_changes", form="csv").content.decode("utf-8-sig")
    assert "By month,January,0,0,0,1" in csv
    assert secretary.page("statistics", form="pdf").status_code == 404


def test_jubilees_are_listed_and_a_file_of_them_is_logged_and_has_no_formula(secretary, liv, organisation):
    page = secretary.page("statistics_jubilees", years="10")
    assert [each.member for each in page.context["people"]] == [liv]
    assert not list(secretary.page("statistics_jubilees", years="25").context["people"])
    csv = secretary.page("statistics_jubilees", form="csv").content.decode("utf-8-sig")
    assert ",'=Liv," in csv
    with scope(organisation):
        assert AuditEntry.objects.get(action="members.exported").new["number"] == 1


def test_birthdays_of_this_month_round_ones_and_of_a_group_only(secretary, liv, organisation):
    page = secretary.page("statistics_birthdays", when="month", which="round")
    assert [each.years for each in page.context["people"]] == [30]
    with scope(organisation):
        team = groups.create("U8")
    assert not list(secretary.page("statistics_birthdays", group=team.pk).context["people"])
    with scope(organisation):
        groups.put_in(team, [liv], since=timezone.localdate() - timedelta(days=1))
    assert list(secretary.page("statistics_birthdays", group=team.pk).context["people"])


def test_age_bands_and_jubilees_are_set_by_the_secretary(secretary, liv):
    secretary.act(
        "register_settings", number_pattern="#", next_number="5", age_bands="30, 0,50", jubilee_years="11, 10"
    )
    page = secretary.page("statistics")
    (age, *_others) = (table for table, *_rest in page.context["tables"])
    assert [row[0] for row in age.rows] == ["0–29", "30–49", "50 and older"]
    assert [
        key for key, _label in secretary.page("statistics_jubilees").context["options"].fields["years"].choices
    ] == [
        "",
        "10",
        "11",
    ]
