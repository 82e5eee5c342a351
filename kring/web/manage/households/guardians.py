"""Who may act for children, and what each may do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.members import households
from kring.members.models import Guardian, Guardianship, Household, Member
from kring.web.manage.households.forms import CONTACT, RIGHTS, GuardianForm, NewGuardianForm, RightsForm
from kring.web.manage.pages import ask, attempt, attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_household(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Household, pk=pk)
    back = reverse("manage:household", args=[pk])
    return _new(request, household=found, child=None, people=list(found.members.all()), back=back)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_member(request: UserRequest, pk: int) -> HttpResponse:
    """Of one child, who may live in no household, or whose parents live apart."""
    child = get_object_or_404(Member.objects.select_related("household"), pk=pk)
    people = list(child.household.members.all()) if child.household else []
    back = reverse("manage:member", args=[pk])
    return _new(request, household=child.household, child=child, people=people, back=back)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    """What is known of them, and whether they pay. Of a member all but that is the member's."""
    found = get_object_or_404(Guardian.objects.select_related("member"), pk=pk)
    form = GuardianForm(request.POST or None, guardian=found, region=request.organisation.country)
    merge(request, form)

    if form.is_valid() and attempted(form, lambda: households.change_guardian(found, **form.values())):
        messages.success(request, _("The guardian has been saved."))
        return redirect(_home(found))
    return _form(request, form, found, _home(found))


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def leaving(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Guardian.objects.select_related("member"), pk=pk)
    back = _home(found)
    if request.method == "POST":
        households.move_guardian_out(found)
        messages.success(request, _("%(name)s has moved out.") % {"name": found})
        return redirect(back)
    return ask(
        request,
        title=_("Does %(name)s leave the household as a guardian?") % {"name": found},
        consequences=[_("Rights of guardians that came of living in it end at once.")],
        button=_("Leave household"),
        back=back,
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def rights(request: UserRequest, pk: int) -> HttpResponse:
    found = _held(pk)
    form = RightsForm(request.POST or None, initial={name: getattr(found, name) for name in RIGHTS})
    # Nothing ticked is an answer too.
    if request.method == "POST":
        form = RightsForm(request.POST, initial=form.initial)
    merge(request, form)

    def save() -> bool:
        is_of_household = found.is_of_household
        households.entrust(found.guardian, found.child, **form.rights(), is_of_household=is_of_household)
        return True

    if form.is_valid() and attempt(form, save):
        messages.success(request, _("The rights have been saved."))
        return redirect("manage:member", found.child_id)
    return show(
        request,
        "manage/households/rights.html",
        status=422 if form.is_bound else 200,
        form=form,
        held=found,
        back=reverse("manage:member", args=[found.child_id]),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: UserRequest, pk: int) -> HttpResponse:
    found = _held(pk)
    back = reverse("manage:member", args=[found.child_id])
    if request.method == "POST":
        households.end(found)
        messages.success(request, _("The rights have ended."))
        return redirect(back)
    names = {"guardian": found.guardian, "child": found.child}
    return ask(
        request,
        title=_("Is %(guardian)s no longer a guardian of %(child)s?") % names,
        consequences=[_("From now on they see nothing of the child, and can do nothing for them.")],
        button=_("End rights"),
        back=back,
    )


def _new(
    request: UserRequest, *, household: Household | None, child: Member | None, people: list[Member], back: str
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = NewGuardianForm(data, people=people, child=child, region=request.organisation.country)

    def save() -> bool:
        given = form.cleaned_data
        person = {} if form.who else {name: given.get(name) or "" for name in ("name", *CONTACT)}
        lives_here = child is None or bool(given.get("lives_here"))
        guardian = households.add_guardian(household if lives_here else None, member=form.who, **person)
        if given["is_payer"]:
            households.change_guardian(guardian, is_payer=True)
        for each in form.chosen():
            shared = guardian.household_id is not None and guardian.household_id == each.household_id
            households.entrust(guardian, each, **form.rights(), is_of_household=shared)
        return True

    if form.is_valid() and attempt(form, save):
        messages.success(request, _("The guardian has been added."))
        return redirect(back)
    return _form(request, form, None, back)


def _form(
    request: UserRequest, form: GuardianForm | NewGuardianForm, found: Guardian | None, back: str
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return show(request, "manage/households/guardian.html", status=status, form=form, guardian=found, back=back)


def _home(guardian: Guardian) -> str:
    """The page a guardian is shown on."""
    if guardian.household_id:
        return reverse("manage:household", args=[guardian.household_id])
    child = guardian.guardianships.filter(ended_at=None).first()
    return reverse("manage:member", args=[child.child_id]) if child else reverse("manage:households")


def _held(pk: int) -> Guardianship:
    rows = Guardianship.objects.filter(ended_at=None).select_related("guardian__member", "child")
    found: Guardianship = get_object_or_404(rows, pk=pk)
    return found
