"""The report of an event as a page, a PDF and a spreadsheet: the same figures (X1)."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from pypdf import PdfReader

from kring.core.tenancy import scope
from kring.registrations.reporting import Section
from kring.web.manage.reports import charts
from tests import make
from tests.registrations.answering import form_of, submit
from tests.registrations.tickets import make_registration
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def rally(organisation: Any) -> SimpleNamespace:
    with scope(organisation):
        event = make.event(name="Łódź Rally #1 *x*")
        version = form_of({"shirt": ("choice", {"m": "Medium <b>", "l": "=1+1"})})
        for shirt in ("m", "m", "l"):
            one = make_registration(event=event)
            one.attraction.form = version.form
            one.attraction.save()
            submit(one, version, shirt=shirt)
    return event


def test_the_page_draws_and_lists_the_figures(organiser: Staff, rally: Any) -> None:
    page = organiser.page("event_report", rally.pk)

    assert "Medium <b> 2 =1+1 1" in text(page)
    assert page.content.decode().count('<svg class="chart"') >= 2
    assert "style=" not in page.content.decode().split("<main", 1)[1]


def test_the_pdf_says_the_same(organiser: Staff, rally: Any) -> None:
    content = organiser.page("event_report_pdf", rally.pk).content

    shown = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Łódź Rally #1 *x*" in shown and "Medium <b>" in shown


def test_the_spreadsheet_has_a_sheet_for_each_section_and_no_formula(organiser: Staff, rally: Any) -> None:
    content = organiser.page("event_report_xlsx", rally.pk).content

    book = zipfile.ZipFile(io.BytesIO(content))
    sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == len(organiser.page("event_report", rally.pk).context["sections"])
    assert any("=1+1" in sheet for sheet in sheets) and not any("<f>" in sheet for sheet in sheets)


def test_an_event_without_anybody_says_what_will_be_here(organiser: Staff) -> None:
    with scope(organiser.organisation):
        event = make.event()

    assert "Nothing to report yet" in text(organiser.page("event_report", event.pk))
    for name in ("event_report_pdf", "event_report_xlsx"):
        assert organiser.page(name, event.pk).status_code == 200


def test_the_door_is_shown_no_report(staff: Any, rally: Any) -> None:
    assert staff("door").page("event_report", rally.pk).status_code == 403


@pytest.mark.parametrize(("chart", "longest"), [("bars", 84), ("shares", 100)])
def test_a_bar_from_edge_to_edge_is_the_largest_number_or_all_of_it(chart: str, longest: int) -> None:
    section = Section("full", "How full it is", ["", "full, %"], ["text", "number"], [["LAS", 84], ["Fire", 20]], chart)

    assert charts.longest(section) == longest
    assert charts.of(section)
