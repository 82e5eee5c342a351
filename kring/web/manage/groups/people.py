"""Putting members into groups, taking them out, making them leaders."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.members import groups, lines
from kring.members.models import Group, GroupPlace, Member
from kring.web.manage.groups.forms import MemberGroupForm, PutInForm
from kring.web.manage.pages import attempt, show
from kring.web.manage.rights import needs

MOST_AT_ONCE = 500


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def adding(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Group.objects.in_use(), pk=pk)
    form = PutInForm(request.POST or None, group=found)

    def save() -> int | None:
        members = form.chosen()
        if not members:
            return None
        return groups.put_in(found, members, season=form.season_chosen, part=form.cleaned_data["part"])

    if not form.is_search and form.is_valid() and (number := attempt(form, save)) is not None:
        messages.success(request, _put_in(number))
        _say_who_waits(request, found, form.cleaned_data["part"])
        return redirect("manage:group", pk)
    status = 422 if form.is_bound and not form.is_search else 200
    back = reverse("manage:group", args=[pk])
    return show(request, "manage/groups/adding.html", status=status, form=form, group=found, back=back)


@needs("change_members")
@require_POST
@never_cache
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Take out those ticked, or make them leaders or participants."""
    found = get_object_or_404(Group, pk=pk)
    keys = [key for key in request.POST.getlist("pick")[:MOST_AT_ONCE] if key.isascii() and key.isdigit()]
    places = list(found.places.current().filter(pk__in=keys).select_related("member", "season", "group"))
    part = request.POST.get("act", "")
    if not places:
        messages.error(request, _("Tick who is meant first."))
    elif part == "out":
        number = groups.take_out(places)
        done = ngettext("%(number)s person has been taken out.", "%(number)s people have been taken out.", number)
        messages.success(request, done % {"number": number})
    elif part in GroupPlace.Part.values:
        _make(request, found, places, part)
    return redirect("manage:group", pk)


@needs("change_members")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def of_member(request: UserRequest, pk: int) -> HttpResponse:
    """From the member's page: into one more group."""
    member = get_object_or_404(Member, pk=pk)
    form = MemberGroupForm(request.POST or None)

    def save() -> bool:
        """Whether they are in it, and do not wait."""
        group, season, part = form.cleaned_data["group"], form.season_chosen, form.cleaned_data["part"]
        if form.cleaned_data["waits"] and part == GroupPlace.Part.PARTICIPANT and lines.must_wait(group, season):
            lines.let_wait(group, member, season=season, by=request.user)
            return False
        groups.put_in(group, [member], season=season, part=part)
        return True

    if form.is_valid() and (is_in := attempt(form, save)) is not None:
        done = _("%(name)s is in “%(group)s” now.") if is_in else _("%(name)s waits for a place in “%(group)s”.")
        messages.success(request, done % {"name": member, **_named(form)})
        if is_in:
            _say_who_waits(request, form.cleaned_data["group"], form.cleaned_data["part"])
        return redirect("manage:member", pk)
    return show(
        request,
        "manage/groups/of_member.html",
        status=422 if form.is_bound else 200,
        form=form,
        member=member,
        back=reverse("manage:member", args=[pk]),
    )


def _say_who_waits(request: UserRequest, group: Group, part: str) -> None:
    """That others were passed over, where a place was given by hand."""
    if part == GroupPlace.Part.PARTICIPANT and (number := lines.number_in_line(group)):
        text = ngettext(
            "%(number)s person waits for a place in “%(group)s” and was passed over.",
            "%(number)s people wait for a place in “%(group)s” and were passed over.",
            number,
        )
        messages.warning(request, text % {"number": number, "group": group.name})


def _named(form: MemberGroupForm) -> dict[str, object]:
    return {"group": form.cleaned_data["group"]}


def _put_in(number: int) -> str:
    done = ngettext(
        "%(number)s member has been put into the group.", "%(number)s members have been put into the group.", number
    )
    return done % {"number": number}


def _make(request: UserRequest, group: Group, places: list[GroupPlace], part: str) -> None:
    """Each in the season of their place: all of them, or nobody."""
    try:
        with transaction.atomic():
            for season in {place.season for place in places}:
                groups.put_in(
                    group, [place.member for place in places if place.season == season], season=season, part=part
                )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The group has been saved."))
