"""Partners, with their contact, logo and text (D3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.partners import keeping
from kring.partners.mails import page_url
from kring.partners.models import Partner
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show, show_list
from kring.web.manage.partners.forms import PartnerForm
from kring.web.manage.partners.table import PartnerFilter, PartnerTable, rows
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("see_partners")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show_list(request, "manage/partners/list.html", rows(), PartnerTable, PartnerFilter)


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = PartnerForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (made := attempt(form, lambda: keeping.add(**form.given()))):
        messages.success(request, _("“%(name)s” has been added.") % {"name": made})
        return redirect("manage:partner", made.pk)
    return _form(request, form)


@needs("see_partners")
@require_safe
@never_cache
def partner(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Partner, pk=pk)
    quotas = found.quotas.with_what_a_page_shows().order_by("-event__starts_at", "pk")
    back = reverse("manage:partners")
    return show(
        request, "manage/partners/partner.html", partner=found, quotas=quotas, address=page_url(found), back=back
    )


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Partner, pk=pk)
    form = PartnerForm(request.POST or None, request.FILES or None, partner=found)
    merge(request, form)

    if form.is_valid() and attempted(form, lambda: keeping.change_partner(found, **form.given())):
        messages.success(request, _("“%(name)s” has been saved.") % {"name": found})
        return redirect("manage:partner", pk)
    return _form(request, form, found)


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Partner, pk=pk)
    back = reverse("manage:partner", args=[pk])
    if request.method == "POST":
        done = _("“%(name)s” has been removed.") % {"name": found}
        return carry_out(request, lambda: keeping.remove(found), done, reverse("manage:partners"), back)
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[
            _("The contact is deleted, and the link does not work any more."),
            _("A partner that has tickets cannot be removed: empty the contact instead."),
        ],
        button=_("Remove partner"),
        back=back,
    )


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: UserRequest, pk: int) -> HttpResponse:
    """A new one instead of the old one."""
    found = get_object_or_404(Partner, pk=pk)
    back = reverse("manage:partner", args=[pk])
    if request.method == "POST":
        return carry_out(request, lambda: keeping.renew_link(found), _("The link has been renewed."), back)
    return ask(
        request,
        title=_("Renew the link of %(name)s?") % {"name": found},
        consequences=[_("The old link does not work any more. Send the new one to the partner.")],
        button=_("Renew link"),
        back=back,
    )


@needs("change_partners")
@require_POST
def link_sending(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Partner, pk=pk)
    if keeping.send_link(found):
        messages.success(request, _("The link is sent to %(address)s.") % {"address": found.contact_email})
    else:
        messages.error(request, _("First enter the email address of the contact."))
    return redirect("manage:partner", pk)


def _form(request: UserRequest, form: PartnerForm, found: Partner | None = None) -> HttpResponse:
    back = reverse("manage:partner", args=[found.pk]) if found else reverse("manage:partners")
    status = 422 if form.is_bound else 200
    return show(request, "manage/partners/form.html", status=status, form=form, partner=found, back=back)
