"""The treasurer's pages (C2)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.dues.models import Contribution
from kring.organisations.models import AuditEntry
from tests import make
from tests.dues.owing import contribution, paid
from tests.pdf import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owed(organisation: Any) -> Contribution:
    with scope(organisation):
        made = contribution(
            "80.00",
            member=make.member(first_name="=Eva", last_name="Jansen"),
            due_on=timezone.localdate() - timedelta(days=40),
        )
        paid(made.order, "30.00")
        made.refresh_from_db()
        return made


def seen(client: Any, name: str, *args: Any, **query: Any) -> str:
    answer = client.page(name, *args, **query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_cockpit(treasurer, owed):
    page = seen(treasurer, "dues", year=owed.due_on.year)
    assert "€80.00" in page
    assert "€30.00" in page
    assert "€50.00" in page
    assert "Nothing is due in this year" in seen(treasurer, "dues", year=2031)
    seen(treasurer, "dues", year="٣x")


def test_who_has_not_paid(treasurer, owed):
    page = seen(treasurer, "dues_unpaid")
    assert "€50.00 is overdue" in page
    assert "=Eva Jansen" in page
    assert "=Eva Jansen" in seen(treasurer, "dues_unpaid", band="60")
    assert "=Eva Jansen" not in seen(treasurer, "dues_unpaid", band="30")
    assert "=Eva Jansen" not in seen(treasurer, "dues_unpaid", leavers="1")


def test_the_account_of_a_payer(treasurer, owed):
    page = seen(treasurer, "dues_account", owed.payer_id)
    assert "still to pay" in page
    assert "€50.00" in page
    assert treasurer.page("dues_of_member", owed.member_id).status_code == 302


def test_the_books_as_a_file_without_formulas(treasurer, owed, organisation):
    today = timezone.localdate()
    answer = treasurer.act("dues_books", first=today, last=today, file="csv")
    text = answer.content.decode("utf-8-sig")
    assert "'=Eva Jansen" in text
    assert "-30.00" in text
    assert len(text.splitlines()) == 3
    assert treasurer.act("dues_books", first=today, last=today, file="xlsx").content[:2] == b"PK"
    with scope(organisation):
        assert AuditEntry.objects.filter(action="dues.exported").count() == 2
    assert treasurer.act("dues_books", first=today, last=today - timedelta(days=1), file="csv").status_code == 422


def test_the_confirmation_of_a_year(treasurer, owed):
    year = timezone.localdate().year
    answer = treasurer.page("dues_confirmation", owed.payer_id, year)
    text = text_of(answer.content)
    assert f"paid in {year}" in text
    assert "€30.00" in text
    assert treasurer.page("dues_confirmation", owed.payer_id, year - 1).status_code == 404


def test_a_secretary_looks_and_does_not_export(staff, owed):
    secretary = staff(Role.Name.SECRETARY)
    seen(secretary, "dues")
    assert secretary.page("dues_books").status_code == 403
