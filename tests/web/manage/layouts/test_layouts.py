"""Layouts of exports in the browser (issue 12, point 11)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.members.models import ExportLayout
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db
FIELDS = {
    "form": "csv", "delimiter": ";", "encoding": "utf-8", "dates": "%Y-%m-%d", "has_heads": "on", "who": "belong",
}  # fmt: skip


@pytest.fixture
def secretary(staff: Any) -> Any:
    return staff(Role.Name.SECRETARY)


@pytest.fixture
def bonds(organisation: Any) -> ExportLayout:
    with scope(organisation):
        make.member(number="7", last_name="Jansen", iban="NL91ABNA0417164300")
        return ExportLayout.objects.create(name="Bond", columns="Nr = number\nIBAN = iban")


def test_a_layout_is_made_from_the_example_changed_run_and_removed(secretary, organisation):
    with scope(organisation):
        make.member(number="7", last_name="Jansen")
    page = secretary.page("export_layout_new")
    assert "Select an option" not in page.content.decode()
    example = page.context["form"].initial["columns"]
    assert secretary.act("export_layout_new", name="Bond", columns=example, **FIELDS).status_code == 302
    with scope(organisation):
        made = ExportLayout.objects.get()
    secretary.act("export_layout", made.pk, name="Bond", columns="Nr = number\nlast name", **FIELDS)
    file = secretary.page("export_layout_file", made.pk, on="2026-01-01")
    assert file.content == b"Nr;last name\r\n7;Jansen\r\n"
    assert "2026-01-01.csv" in file["Content-Disposition"]
    assert secretary.act("export_layout_removal", made.pk).status_code == 302
    with scope(organisation):
        assert not ExportLayout.objects.exists()
        actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert [each for each in actions if "layout" in each or "exported" in each] == [
        "export_layout.created",
        "export_layout.changed",
        "members.exported",
        "export_layout.removed",
    ]


def test_a_line_that_is_not_understood_is_named_and_nothing_typed_is_lost(secretary):
    page = secretary.act("export_layout_new", name="Bond", columns="Nr = number\nX = nonsense", **FIELDS)
    assert page.status_code == 422
    assert "Line 2" in page.content.decode()
    assert "X = nonsense" in page.content.decode()


@pytest.mark.parametrize("day", ["", "0001-01-01", "9999-12-31", "x"])
def test_a_day_that_cannot_be_is_today(secretary, bonds, day):
    assert secretary.page("export_layout_file", bonds.pk, on=day).status_code == 200


def test_account_numbers_take_their_own_right(staff, treasurer, bonds):
    assert b"NL91" in treasurer.page("export_layout_file", bonds.pk).content
    monitor = staff(Role.Name.MONITOR)
    assert monitor.page("export_layout_file", bonds.pk).status_code == 403
    assert monitor.page("export_layouts").status_code == 200
    assert monitor.page("export_layout", bonds.pk).status_code == 403
