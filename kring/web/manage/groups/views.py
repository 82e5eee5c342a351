"""The tree of groups, and the page of one: who is in it, and who leads it."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.members import groups, lines
from kring.members.for_leaders import answers_for_leaders
from kring.members.models import Group, GroupPlace, Guardian, Guardianship
from kring.registrations import enrolling
from kring.web.manage.groups import tree
from kring.web.manage.groups.forms import GroupForm
from kring.web.manage.pages import ask, attempt, carry_out, saved, show
from kring.web.manage.rights import leads, may, needs, open_to_leaders, teams_led
from kring.web.manage.shared.lists import PAGE, ForgivingPaginator
from kring.web.manage.shared.merging import merge, one_save_at_a_time

PER_PAGE = 100
MOST_EARLIER = 50
MOST_ENROLLED = 200


@open_to_leaders
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    """All of them, or those the user leads."""
    sees_all = may(request, "see_members")
    return show(
        request,
        "manage/groups/index.html",
        branches=tree.branches(Group.objects.in_use() if sees_all else teams_led(request)),
        retired=Group.objects.filter(retired_at__isnull=False) if sees_all else [],
    )


@open_to_leaders
@require_safe
@never_cache
def group(request: UserRequest, pk: int) -> HttpResponse:
    """Leaders see names, phone numbers, those of the guardians of minors, and answers opened to them: nothing else."""
    found = get_object_or_404(Group.objects.select_related("parent"), pk=pk)
    sees_all = may(request, "see_members")
    places = found.places.current().select_related("member", "season").order_by("part", "member__sorting", "pk")
    people: Page[GroupPlace] = ForgivingPaginator(places, PER_PAGE).page(request.GET.get(PAGE, 1))
    earlier = found.places.earlier().select_related("member", "season").order_by("-left_on", "-pk")
    return show(
        request,
        "manage/groups/detail.html",
        group=found,
        parts=Group.objects.in_use().filter(parent=found),
        people=people,
        rows=_with_guardians(list(people)),
        taken=places.filter(part=GroupPlace.Part.PARTICIPANT).values("member").distinct().count(),
        earlier=earlier[:MOST_EARLIER] if sees_all else [],
        enrolled=enrolling.waiting(found).order_by("completed_at", "pk")[:MOST_ENROLLED] if sees_all else [],
        sees_all=sees_all,
        waiting=lines.number_in_line(found) if may(request, "decide_applications") else 0,
        keeps_attendance=may(request, "change_members") or leads(request, pk=pk),
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    form = GroupForm(request.POST or None, initial={"parent": request.GET.get("parent")})

    def save() -> Group:
        return groups.create(**form.cleaned_data)

    if form.is_valid() and (made := attempt(form, save)):
        messages.success(request, _("The group has been added."))
        return redirect("manage:group", made.pk)
    return _form(request, form)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Also another place in the tree."""
    found = get_object_or_404(Group.objects.in_use().select_related("parent"), pk=pk)
    form = GroupForm(request.POST or None, instance=Group.objects.get(pk=pk))
    merge(request, form)

    if saved(request, form, partial(groups.change, found), _("The group has been saved.")):
        return redirect("manage:group", pk)
    return _form(request, form, found)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def retirement(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group.objects.in_use(), pk=pk)
    if request.method == "POST":
        groups.retire(found)
        messages.success(request, _("“%(name)s” is no longer in use.") % {"name": found})
        return redirect("manage:groups")
    inside = groups.within([pk])
    people = GroupPlace.objects.current().filter(group__in=inside).values("member").distinct().count()
    number = Group.objects.in_use().filter(pk__in=inside).count() - 1
    consequences = [
        ngettext(
            "%(number)s person leaves it today; who was in it stays on record.",
            "%(number)s people leave it today; who was in it stays on record.",
            people,
        )
        % {"number": people}
    ]
    if number:
        inner = ngettext(
            "%(number)s group within it is no longer used either.",
            "%(number)s groups within it are no longer used either.",
            number,
        )
        consequences.append(inner % {"number": number})
    return ask(
        request,
        title=_("No longer use %(name)s?") % {"name": found},
        consequences=consequences,
        button=_("No longer use this group"),
        back=reverse("manage:group", args=[pk]),
    )


@needs("change_members")
@require_POST
@never_cache
def restoring(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group.objects.select_related("parent"), pk=pk)
    return carry_out(
        request, lambda: groups.restore(found), _("The group is used again."), reverse("manage:group", args=[pk])
    )


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int) -> HttpResponse:
    """Only of a group nobody is or was in."""
    found = get_object_or_404(Group, pk=pk)
    back = reverse("manage:group", args=[pk])
    if request.method == "POST":
        return carry_out(
            request, lambda: groups.remove(found), _("The group has been removed."), reverse("manage:groups"), back
        )
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[_("Only a group that nobody is or was in, and that has no groups within it, can be removed.")],
        button=_("Remove group"),
        back=back,
    )


def _with_guardians(places: list[GroupPlace]) -> list[tuple[GroupPlace, list[Guardian], list[tuple[str, str]]]]:
    """Guardians of minors, and the answers leaders may see. Four statements at most."""
    held = Guardianship.objects.in_force().filter(child__in=[place.member_id for place in places])
    found = defaultdict[int, list[Guardian]](list)
    for each in held.select_related("guardian__member"):
        found[each.child_id].append(each.guardian)
    answers = answers_for_leaders([place.member for place in places])
    return [(place, found[place.member_id], answers.get(place.member_id, [])) for place in places]


def _form(request: UserRequest, form: GroupForm, found: Group | None = None) -> HttpResponse:
    return show(
        request,
        "manage/groups/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        group=found,
        back=reverse("manage:group", args=[found.pk]) if found else reverse("manage:groups"),
    )
