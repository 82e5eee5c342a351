"""All invoices of a period: an archive of documents, and the sales ledger."""

from __future__ import annotations

import tempfile
from datetime import date
from typing import IO

from django import forms
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.billing.invoicing import period
from kring.billing.models import InvoiceDelivery
from kring.core.filenames import filename
from kring.core.refusals import Refusal
from kring.web.manage.pages import show
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import needs
from kring.web.manage.shared.fields import EventDayField


class PeriodForm(forms.Form):
    since = EventDayField(label=gettext_lazy("From"))
    until = EventDayField(label=gettext_lazy("Until"))

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The period cannot end before it begins."))
        return cleaned


@needs("see_invoices")
@require_safe
@never_cache
def choose(request: UserRequest) -> HttpResponse:
    return _page(request, PeriodForm(initial=_this_year()))


@needs("see_invoices")
@require_safe
@never_cache
def file(request: UserRequest, form: str) -> HttpResponseBase:
    """`zip` (PDFs), `xml` (what is handed over, as a zip), `xlsx` or `csv`, complete before its first byte is sent;
    without a period, of this year."""
    if form not in period.FORMS:
        raise Http404
    asked = PeriodForm(request.GET or {name: day.isoformat() for name, day in _this_year().items()})
    if not asked.is_valid():
        return _page(request, asked)
    since, until = asked.cleaned_data["since"], asked.cleaned_data["until"]
    found = period.of(since, until)
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    try:
        if form == "zip":
            period.archive(made, found)
        elif form == "xml":
            period.files(made, found)
        else:
            period.ledger(made, found, form=form)
    except Refusal as refusal:
        asked.add_error(None, str(refusal))
        return _page(request, asked)
    made.seek(0)
    what = {"zip": _("Invoices"), "xml": _("E-invoices")}.get(form, _("Sales ledger"))
    name = filename(what, f"{since}", f"{until}", ending="zip" if form == "xml" else form)
    kind = TYPES.get(form, "application/zip")
    response = FileResponse(made, as_attachment=True, filename=name, content_type=kind)
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: UserRequest, form: PeriodForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    has_files = InvoiceDelivery.objects.exclude(document=None).exists()
    context = {"form": form, "back": reverse("manage:invoices"), "has_files": has_files}
    return show(request, "manage/invoices/period.html", status=status, **context)


def _this_year() -> dict[str, date]:
    today = timezone.localdate()
    return {"since": today.replace(month=1, day=1), "until": today}
