"""Seasons: places in groups may be for one of them."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.members import groups
from kring.members.models import Season
from kring.web.manage.groups.forms import SeasonForm
from kring.web.manage.pages import ask, carry_out, saved, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("change_members")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return show(request, "manage/groups/seasons.html", seasons=Season.objects.all(), back=reverse("manage:groups"))


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = SeasonForm(request.POST or None)

    if saved(request, form, groups.create_season, _("The season has been added.")):
        return redirect("manage:seasons")
    return _form(request, form)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Season, pk=pk)
    form = SeasonForm(request.POST or None, instance=Season.objects.get(pk=pk))
    merge(request, form)

    if saved(request, form, partial(groups.change_season, found), _("The season has been saved.")):
        return redirect("manage:seasons")
    return _form(request, form, found)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    """Only of a season nothing is or was for."""
    found = get_object_or_404(Season, pk=pk)
    back = reverse("manage:season", args=[pk])
    if request.method == "POST":
        done, then = _("The season has been removed."), reverse("manage:seasons")
        return carry_out(request, lambda: groups.remove_season(found), done, then, back)
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[_("Only a season that no place in a group is or was for, and no attraction, can be removed.")],
        button=_("Remove season"),
        back=back,
    )


def _form(request: UserRequest, form: SeasonForm, season: Season | None = None) -> HttpResponse:
    return show(
        request,
        "manage/groups/season_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        season=season,
        back=reverse("manage:seasons"),
    )
