"""The organising bodies of events (E2)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.events import organisers
from kring.events.models import Organiser
from kring.web.manage.organisers.filters import OrganiserFilter
from kring.web.manage.organisers.forms import OrganiserForm
from kring.web.manage.organisers.table import OrganiserTable
from kring.web.manage.pages import ask, attempt, attempted, show, show_list
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.further_questions import Further
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("see_events")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    rows = Organiser.objects.annotate(number=Count("events"))
    options = {"can_open": may(request, "change_events")}
    return show_list(
        request, "manage/organisers/list.html", rows, OrganiserTable, OrganiserFilter, table_options=options
    )


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form, further = OrganiserForm(request.POST or None), Further(request, Organiser)

    if all([form.is_valid(), further.is_valid()]) and attempted(
        form, lambda: further.keep(organisers.create(**form.cleaned_data))
    ):
        messages.success(request, _("The organising body has been added."))
        return redirect("manage:organisers")
    return _page(request, form, further)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Organiser, pk=pk)
    form, further = OrganiserForm(request.POST or None, organiser=found), Further(request, Organiser, found)
    merge(request, form, further.form)

    def save() -> bool:
        organisers.change_organiser(found, **form.cleaned_data)
        further.keep(found)
        return True

    if all([form.is_valid(), further.is_valid()]) and attempt(form, save):
        messages.success(request, _("The organising body has been saved."))
        return redirect("manage:organisers")
    return _page(request, form, further, found)


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Organiser, pk=pk)
    if request.method == "POST":
        organisers.remove(found)
        messages.success(request, _("The organising body has been removed."))
        return redirect("manage:organisers")
    return ask(
        request,
        title=_("Remove %(organiser)s?") % {"organiser": found},
        consequences=[_("An organising body with events cannot be removed.")],
        button=_("Remove organising body"),
        back=reverse("manage:organiser", args=[pk]),
    )


def _page(
    request: UserRequest, form: OrganiserForm, further: Further, organiser: Organiser | None = None
) -> HttpResponse:
    return show(
        request,
        "manage/organisers/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        further=further,
        organiser=organiser,
        back=reverse("manage:organisers"),
    )
