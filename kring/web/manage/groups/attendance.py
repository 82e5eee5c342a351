"""Attendance of a group: its meetings, a list to tick for each, and who was there how often. For leaders on a phone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.members import attendance
from kring.members.attendance import Tick
from kring.members.for_leaders import answers_for_leaders
from kring.members.models import Attendance, Group, GroupPlace, Guardian, Guardianship, Meeting, Member, Season
from kring.web.manage.groups.forms import MeetingForm
from kring.web.manage.pages import ask, attempt, saved, show
from kring.web.manage.rights import changed_by_leaders
from kring.web.manage.shared.lists import PAGE, ForgivingPaginator
from kring.web.manage.shared.merging import merge, one_save_at_a_time

PER_PAGE = 100
MOST_MEETINGS = 300
MOST_SEASONS = 20
_MARK = re.compile(r"mark-(\d{1,18})")
ALL_PRESENT = "all"


@dataclass(frozen=True)
class Line:
    """What a leader needs of one member."""

    member: Member
    mark: str
    guardians: Sequence[Guardian]
    answers: Sequence[tuple[str, str]]


@changed_by_leaders
@require_safe
@never_cache
def overview(request: UserRequest, pk: int) -> HttpResponse:
    """In a season, or in the last twelve months."""
    group = get_object_or_404(Group, pk=pk)
    seasons = list(Season.objects.all()[:MOST_SEASONS])
    season = _season(request, seasons)
    meetings = attendance.meetings_of(group, season)
    return show(
        request,
        "manage/groups/attendance.html",
        group=group,
        seasons=seasons,
        season=season,
        meetings=meetings[:MOST_MEETINGS],
        totals=attendance.totals(group, Meeting.objects.filter(pk__in=meetings.order_by().values("pk"))),
    )


@changed_by_leaders
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(Group.objects.in_use(), pk=pk)
    form = MeetingForm(request.POST or None)

    def save() -> Meeting:
        return attendance.add_meeting(group, **form.cleaned_data, by=request.user)

    if form.is_valid() and (made := attempt(form, save)) is not None:
        return redirect("manage:meeting", pk, made.pk)
    return _form(request, form, group)


@changed_by_leaders
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def meeting(request: UserRequest, pk: int, meeting_pk: int) -> HttpResponse:
    """The list, with a choice for each person. Ticks of two people at once are both kept."""
    found = get_object_or_404(Meeting.objects.select_related("group"), pk=meeting_pk, group=pk)
    if request.method == "POST":
        others = attendance.note(found, _ticks(request), by=request.user)
        if others:
            names = ", ".join(each.name for each in others)
            messages.warning(
                request,
                _("Somebody else has noted something different meanwhile, please look: %(names)s") % {"names": names},
            )
        else:
            messages.success(request, _("Attendance has been saved."))
        return redirect(
            f"{request.path}?{PAGE}={page}" if (page := request.GET.get(PAGE, "")).isdigit() else request.path
        )
    people: Page[Member] = ForgivingPaginator(attendance.people_at(found), PER_PAGE).page(request.GET.get(PAGE, 1))
    return show(
        request,
        "manage/groups/meeting.html",
        meeting=found,
        group=found.group,
        people=people,
        lines=_lines(found, list(people)),
        marks=Attendance.Mark.choices,
    )


@changed_by_leaders
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int, meeting_pk: int) -> HttpResponse:
    found = get_object_or_404(Meeting.objects.select_related("group"), pk=meeting_pk, group=pk)
    form = MeetingForm(request.POST or None, instance=Meeting.objects.get(pk=meeting_pk))
    merge(request, form)

    if saved(request, form, partial(attendance.change_meeting, found), _("The meeting has been saved.")):
        return redirect("manage:meeting", pk, meeting_pk)
    return _form(request, form, found.group, found)


@changed_by_leaders
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, pk: int, meeting_pk: int) -> HttpResponse:
    found = get_object_or_404(Meeting.objects.select_related("group"), pk=meeting_pk, group=pk)
    if request.method == "POST":
        attendance.remove_meeting(found)
        messages.success(request, _("The meeting has been removed."))
        return redirect("manage:group_attendance", pk)
    return ask(
        request,
        title=_("Remove this meeting?"),
        consequences=[_("What was noted of who was there goes with it.")],
        button=_("Remove meeting"),
        back=reverse("manage:meeting", args=[pk, meeting_pk]),
    )


def _season(request: UserRequest, seasons: Sequence[Season]) -> Season | None:
    """The one chosen, else the one of today; `season=` asks for none."""
    wanted = request.GET.get("season")
    if wanted is None:
        return next((each for each in seasons if each.is_now), None)
    return next((each for each in seasons if str(each.pk) == wanted), None)


def _ticks(request: UserRequest) -> dict[int, Tick]:
    """By key of the member. The button for all notes "present" where nothing is chosen."""
    found = {}
    for name, mark in ((name, str(mark)) for name, mark in request.POST.items()):
        if match := _MARK.fullmatch(name):
            wanted = Attendance.Mark.PRESENT.value if not mark and ALL_PRESENT in request.POST else mark
            found[int(match[1])] = Tick(str(request.POST.get(f"seen-{match[1]}", "")), wanted)
    return found


def _lines(meeting: Meeting, people: list[Member]) -> list[Line]:
    """Three statements, and those of their answers.

    Telephone numbers and answers only of those who are in the group now: of others it is enough that they were there.
    """
    marks = dict(Attendance.objects.filter(meeting=meeting, member__in=people).values_list("member_id", "mark"))
    places = GroupPlace.objects.current().filter(group=meeting.group_id, member__in=people)
    keys = set(places.values_list("member_id", flat=True))
    present = [each for each in people if each.pk in keys and each.belongs]
    held = Guardianship.objects.in_force().filter(child__in=present).select_related("guardian__member")
    guardians = defaultdict[int, list[Guardian]](list)
    for each in held:
        guardians[each.child_id].append(each.guardian)
    answers = answers_for_leaders(present)
    return [Line(each, marks.get(each.pk, ""), guardians[each.pk], answers.get(each.pk, [])) for each in people]


def _form(request: UserRequest, form: MeetingForm, group: Group, found: Meeting | None = None) -> HttpResponse:
    back = (
        reverse("manage:meeting", args=[group.pk, found.pk])
        if found
        else reverse("manage:group_attendance", args=[group.pk])
    )
    status = 422 if form.is_bound else 200
    return show(
        request, "manage/groups/meeting_form.html", status=status, form=form, group=group, meeting=found, back=back
    )
