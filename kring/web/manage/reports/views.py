"""The report of an event: charts with the same figures beside them, as a page, a PDF and a spreadsheet (X1)."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.core import dates, money, pdf, spreadsheet
from kring.core.filenames import filename
from kring.events.models import Event
from kring.organisations.current import current_organisation
from kring.registrations.reporting import Section, report
from kring.web.downloads import document
from kring.web.manage.pages import show
from kring.web.manage.registrations.list_files import TYPES
from kring.web.manage.reports import charts
from kring.web.manage.rights import needs
from kring.web.manage.waiting.figures import waiting_section


@needs("see_registrations")
@require_safe
@never_cache
def of_event(request: UserRequest, event_pk: int) -> HttpResponse:
    event = _event(event_pk)
    sections = [(each, _texts(each), charts.of(each)) for each in _sections(event)]
    return show(request, "manage/registrations/report.html", event=event, sections=sections)


@needs("see_registrations")
@require_safe
@never_cache
def as_pdf(request: UserRequest, event_pk: int) -> HttpResponse:
    event, organisation = _event(event_pk), current_organisation()
    data = {
        "title": _("Report: %(event)s") % {"event": event},
        "subtitle": dates.moment(timezone.now()),
        "language": get_language(),
        "colour": organisation.primary_colour or "#0B6FA8",
        "organisation": {"name": organisation.name},
        "sections": [_for_paper(each) for each in _sections(event)],
    }
    return document(pdf.render("report.typ", data), name=_name(event, "pdf"))


@needs("see_registrations")
@require_safe
@never_cache
def as_xlsx(request: UserRequest, event_pk: int) -> HttpResponse:
    event, file = _event(event_pk), io.BytesIO()
    sheets = [spreadsheet.Sheet(each.title, each.heads, each.kinds, each.rows) for each in _sections(event)]
    spreadsheet.write_xlsx(file, sheets or [spreadsheet.Sheet(_("Report"), [], [], [])])
    return document(file.getvalue(), name=_name(event, "xlsx"), mimetype=TYPES["xlsx"])


def _sections(event: Event) -> list[Section]:
    return [*report(event), *waiting_section(event)]


def _event(event_pk: int) -> Event:
    return get_object_or_404(Event, pk=event_pk)


def _name(event: Event, ending: str) -> str:
    return filename(_("Report"), str(event), f"{timezone.localdate()}", ending=ending)


def _texts(section: Section) -> list[list[str]]:
    """The rows in the reader's language."""
    return [[_word(kind, value) for kind, value in zip(section.kinds, row, strict=True)] for row in section.rows]


def _word(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "money":
        return money.say(value, current_organisation().currency)
    if isinstance(value, date):
        return dates.short_day(value)
    if isinstance(value, int | Decimal):
        return number_format(value, use_l10n=True, force_grouping=True)
    return str(value)


def _for_paper(section: Section) -> dict[str, object]:
    return {
        "title": section.title,
        "heads": section.heads,
        "rows": _texts(section),
        "bars": _shares(section) if section.chart in charts.BARS else [],
    }


def _shares(section: Section) -> list[float]:
    longest = charts.longest(section)
    return [round(float(row[1]) / longest, 4) if longest else 0.0 for row in section.rows]
