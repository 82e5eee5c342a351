"""The movements of a period, for the bookkeeper."""

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
from kring.core.filenames import filename
from kring.payments.reconciling import exporting
from kring.web.manage.invoices.period import PeriodForm
from kring.web.manage.pages import show
from kring.web.manage.registrations.list_files import IN_MEMORY, TYPES
from kring.web.manage.rights import needs


class MovementsForm(PeriodForm):
    test = forms.BooleanField(
        label=gettext_lazy("Those of test accounts, instead of the real ones"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )


@needs("see_orders")
@require_safe
@never_cache
def choose(request: UserRequest) -> HttpResponse:
    return _page(request, MovementsForm(initial=_this_year()))


@needs("see_orders")
@require_safe
@never_cache
def file(request: UserRequest, form: str) -> HttpResponseBase:
    """`xlsx` or `csv`, complete before its first byte is sent; without a period, of this year."""
    if form not in exporting.FORMS:
        raise Http404
    asked = MovementsForm(request.GET or {name: day.isoformat() for name, day in _this_year().items()})
    if not asked.is_valid():
        return _page(request, asked)
    since, until = asked.cleaned_data["since"], asked.cleaned_data["until"]
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    exporting.write(made, exporting.of(since, until, is_test=asked.cleaned_data["test"]), form=form)
    made.seek(0)
    name = filename(_("Movements at providers"), f"{since}", f"{until}", ending=form)
    response = FileResponse(made, as_attachment=True, filename=name, content_type=TYPES[form])
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: UserRequest, form: MovementsForm) -> HttpResponse:
    status, back = 422 if form.is_bound else 200, reverse("manage:reconciliation")
    return show(request, "manage/reconciliation/period.html", status=status, form=form, back=back)


def _this_year() -> dict[str, date]:
    today = timezone.localdate()
    return {"since": today.replace(month=1, day=1), "until": today}
