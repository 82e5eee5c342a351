"""The codes of a campaign: one of your own, up to a thousand at once, and all of them as a file (D2)."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core import spreadsheet
from kring.core.filenames import filename
from kring.events import campaigning
from kring.events.models import Campaign
from kring.organisations import audit
from kring.web.downloads import document
from kring.web.manage.campaigns.forms import CodeForm, GenerationForm
from kring.web.manage.campaigns.views import campaign_of
from kring.web.manage.pages import ask, attempt, carry_out, show
from kring.web.manage.registrations.list_files import TYPES
from kring.web.manage.rights import needs


@needs("change_codes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found, form = campaign_of(event_pk, pk), CodeForm(request.POST or None)
    if form.is_valid() and (made := attempt(form, lambda: campaigning.add_code(found, form.cleaned_data["code"]))):
        messages.success(request, _("The code %(code)s has been added.") % {"code": made})
        return redirect("manage:campaign", event_pk, pk)
    return _form(request, form, found, title=_("Add code"), button=_("Add code"))


@needs("change_codes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def generation(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found, form = campaign_of(event_pk, pk), GenerationForm(request.POST or None)
    if form.is_valid() and (made := attempt(form, lambda: campaigning.generate(found, **form.cleaned_data))):
        text = ngettext("%(number)s code has been generated.", "%(number)s codes have been generated.", len(made))
        messages.success(request, text % {"number": len(made)})
        return redirect("manage:campaign", event_pk, pk)
    return _form(request, form, found, title=_("Generate codes"), button=_("Generate codes"))


@needs("see_codes")
@require_safe
@never_cache
def file(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """All codes, each with its link, for a spreadsheet or a mailing."""
    found, content = campaign_of(event_pk, pk), io.BytesIO()
    heads = [_("Code"), _("Link"), _("Tickets ordered"), _("At most")]
    number = spreadsheet.write_csv(content, heads, _rows(found, request.organisation.url))
    audit.log("campaign.codes_exported", found, new={"number": number})
    name = filename(_("Codes"), str(found), ending="csv")
    return document(content.getvalue(), name=name, mimetype=TYPES["csv"])


def _rows(found: Campaign, site: str) -> Iterator[list[object]]:
    address = site + found.event.get_absolute_url()
    for code in found.codes.select_related("pool").iterator(chunk_size=campaigning.AT_ONCE):
        yield [code.text, f"{address}?code={code.text}", code.pool.taken, code.pool.capacity]


@needs("change_codes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int, code: int) -> HttpResponse:
    found = get_object_or_404(campaign_of(event_pk, pk).codes.select_related("campaign", "event"), pk=code)
    back = reverse("manage:campaign", args=[event_pk, pk])
    if request.method == "POST":
        done = _("The code %(code)s has been removed.") % {"code": found}
        return carry_out(request, lambda: campaigning.remove_code(found), done, back)
    return ask(
        request,
        title=_("Remove the code %(code)s?") % {"code": found},
        consequences=[_("It does not work any more. A code that was used cannot be removed.")],
        button=_("Remove code"),
        back=back,
    )


def _form(
    request: UserRequest, form: CodeForm | GenerationForm, found: Campaign, *, title: str, button: str
) -> HttpResponse:
    return show(
        request,
        "manage/campaigns/code_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        event=found.event,
        campaign=found,
        title=title,
        button=button,
        back=reverse("manage:campaign", args=[found.event_id, found.pk]),
    )
