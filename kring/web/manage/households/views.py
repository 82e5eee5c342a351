"""Households: the list, and one with its members and guardians (M7)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.members import households
from kring.members.households import is_minor
from kring.members.models import Guardian, Guardianship, Household
from kring.web.manage.households.forms import HouseholdForm
from kring.web.manage.households.table import HouseholdFilter, HouseholdTable
from kring.web.manage.pages import ask, attempt, show, show_list
from kring.web.manage.rights import needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("see_members")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    payers = Guardian.objects.filter(is_payer=True).select_related("member")
    rows = Household.objects.annotate(number=Count("members")).prefetch_related(
        Prefetch("guardians", payers, to_attr="payers")
    )
    return show_list(request, "manage/households/list.html", rows, HouseholdTable, HouseholdFilter)


@needs("see_members")
@require_safe
@never_cache
def household(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Household, pk=pk)
    members = list(found.members.all())
    held = Guardianship.objects.in_force()
    concerned = held.filter(child__household=pk) | held.filter(guardian__household=pk)
    guardians = Guardian.objects.filter(Q(household=pk) | Q(pk__in=concerned.values("guardian")))
    children = Prefetch("guardianships", held.select_related("child"), to_attr="in_force")
    return show(
        request,
        "manage/households/detail.html",
        household=found,
        address=_address(found),
        members=members,
        guardians=guardians.select_related("member").prefetch_related(children),
        has_minors=any(is_minor(member) for member in members),
        is_without_adult=bool(members) and all(is_minor(member) for member in members),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Name and address: all who follow it move too."""
    found = get_object_or_404(Household, pk=pk)
    region = request.organisation.country
    form = HouseholdForm(request.POST or None, instance=Household.objects.get(pk=pk), region=region)
    merge(request, form)

    def save() -> bool:
        households.rename(found, form.cleaned_data["name"])
        number = households.move_house(found, form.address())
        moved = ngettext("%(number)s member moved along.", "%(number)s members moved along.", number)
        messages.success(
            request, _("The household has been saved.") + (" " + moved % {"number": number}) * bool(number)
        )
        return True

    if form.is_valid() and attempt(form, save):
        return redirect("manage:household", pk)
    return show(
        request,
        "manage/households/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        household=found,
        followers=found.members.filter(has_own_address=False).count(),
        back=reverse("manage:household", args=[pk]),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def dissolution(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Household, pk=pk)
    if request.method == "POST":
        households.dissolve(found)
        messages.success(request, _("The household has been dissolved."))
        return redirect("manage:households")
    return ask(
        request,
        title=_("Dissolve the household %(name)s?") % {"name": found},
        consequences=[
            _("Its members stay members, and keep the address."),
            _("Rights of guardians that came of living in it end at once."),
        ],
        button=_("Dissolve household"),
        back=reverse("manage:household", args=[pk]),
    )


def _address(household: Household) -> list[str]:
    street = " ".join(filter(None, [household.street, household.house_number, household.house_addition]))
    return [line for line in (street, f"{household.postal_code} {household.city}".strip()) if line]
