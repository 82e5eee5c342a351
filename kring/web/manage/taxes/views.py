"""From which day on the organisation bears which VAT."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.billing import taxes
from kring.core import dates
from kring.web.manage.pages import ask, attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.taxes.forms import TaxStatusForm


@needs("manage_taxes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """The statuses, and the form of another."""
    organisation = request.organisation
    form = TaxStatusForm(request.POST or None)
    if form.is_valid() and attempted(form, lambda: taxes.set_status(organisation, form.status)):
        messages.success(request, _("The status has been saved. Orders that were made before stay as they are."))
        return redirect("manage:taxes")
    return show(
        request,
        "manage/taxes/list.html",
        status=422 if form.is_bound else 200,
        form=form,
        statuses=taxes.statuses(organisation),
        current=taxes.status_on(organisation, timezone.localdate()),
    )


@needs("manage_taxes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, valid_from: str) -> HttpResponse:
    organisation = request.organisation
    try:
        day = date.fromisoformat(valid_from)
    except ValueError:
        raise Http404
    found = next((each for each in taxes.statuses(organisation) if each.valid_from == day), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        taxes.remove_status(organisation, day)
        messages.success(request, _("The status has been removed."))
        return redirect("manage:taxes")
    facts = {"status": found.label, "day": dates.day(day)}
    return ask(
        request,
        title=_("Remove “%(status)s” from %(day)s?") % facts,
        consequences=[_("New orders then follow the status before it. Orders that were made stay as they are.")],
        button=_("Remove"),
        back=reverse("manage:taxes"),
    )
