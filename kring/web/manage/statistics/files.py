"""Figures and anniversaries as files for spreadsheets."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kring.accounts.requests import UserRequest
from kring.core.filenames import filename
from kring.core.spreadsheet import Sheet, write_csv, write_xlsx
from kring.members import exporting
from kring.members.anniversaries import Anniversary
from kring.members.columns import COLUMNS
from kring.members.statistics import Table
from kring.web.downloads import document
from kring.web.manage.registrations.list_files import TYPES

PERSON = ("number", "first_name", "call_name", "name_prefix", "last_name", "gender", "birth_date", "joined_on")
REACHED = ("email", "phone", "street", "house_number", "house_addition", "postal_code", "city", "country", "language")


def of_tables(request: UserRequest, tables: Sequence[Table]) -> HttpResponse:
    """One sheet for each; in csv one below the other, each line with its table's name."""
    form, file = _form(request), io.BytesIO()
    if form == "xlsx":
        write_xlsx(file, [Sheet(each.title, each.heads, _kinds(each), _rows(each)) for each in tables])
    else:
        width = max(len(each.heads) for each in tables)
        lines = [_filled([each.title, *row], width) for each in tables for row in (each.heads, *_rows(each))]
        write_csv(file, _filled([_("Table")], width), lines)
    return _response(_("Statistics"), form, file)


def of_people(request: UserRequest, title: str, found: Sequence[Anniversary]) -> HttpResponse:
    form, file = _form(request), io.BytesIO()
    names = [*PERSON, *REACHED]
    heads = [pgettext("anniversary", "Day"), _("Years"), *(capfirst(str(COLUMNS[name].label)) for name in names)]
    kinds = ["date", "number", *("date" if name in ("birth_date", "joined_on") else "text" for name in names)]
    rows = ([each.day, each.years, *(_value(each, name) for name in names)] for each in found)
    exporting.export_sheet(file, Sheet(title, heads, kinds, rows), form=form)
    return _response(title, form, file)


def _value(found: Anniversary, name: str) -> object:
    return exporting.gender(found.member) if name == "gender" else getattr(found.member, name)


def _kinds(table: Table) -> list[str]:
    return ["text", *("number" for _head in table.heads[1:])]


def _rows(table: Table) -> list[Sequence[object]]:
    return [*table.rows, *([_without_blanks(table.total)] if table.total else [])]


def _without_blanks(row: Sequence[object]) -> list[object]:
    return [None if value == "" else value for value in row]


def _filled(row: Sequence[object], width: int) -> list[str]:
    return [*(row), *[""] * (width + 1 - len(row))]  # type: ignore[list-item]


def _form(request: UserRequest) -> str:
    form = request.GET["form"]
    if form not in exporting.FORMS:
        raise Http404
    return form


def _response(title: str, form: str, file: io.BytesIO) -> HttpResponse:
    name = filename(title, f"{timezone.localdate()}", ending=form)
    return document(file.getvalue(), name=name, mimetype=TYPES[form])
