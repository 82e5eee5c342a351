"""What a person sees of their own membership and of the children they are a guardian of (M3, M7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.members import attendance, own_people
from kring.members.models import Attendance, GroupPlace, Guardian, Member
from kring.members.own_people import PortalPerson
from kring.web.access import needs_login


@dataclass(frozen=True)
class ShownMember:
    person: PortalPerson
    member: Member
    # Each with the names of those who lead it.
    groups: list[tuple[GroupPlace, list[str]]]
    # The latest first.
    attendance: list[Attendance]

    @property
    def attended(self) -> str:
        return attendance.in_words(self.attendance)


@needs_login
@require_safe
@never_cache
def membership(request: UserRequest) -> HttpResponse:
    """Five statements of its own, whatever the size of the family."""
    people = own_people.people_of(request.user)
    places: dict[int, list[GroupPlace]] = {}
    current = GroupPlace.objects.current().filter(member__in=[person.member.pk for person in people])
    for place in current.select_related("group__parent", "season").order_by("group__name"):
        places.setdefault(place.member_id, []).append(place)
    led = GroupPlace.objects.current().filter(
        group__in={place.group_id for each in places.values() for place in each}, part=GroupPlace.Part.LEADER
    )
    leaders: dict[int, list[str]] = {}
    for place in led.filter(member__state__in=Member.ENTITLED).select_related("member"):
        leaders.setdefault(place.group_id, []).append(place.member.name)
    noted: dict[int, list[Attendance]] = {}
    for each_noted in attendance.noted_of([person.member for person in people]) if people else ():
        noted.setdefault(each_noted.member_id, []).append(each_noted)
    shown = [
        ShownMember(
            person,
            person.member,
            [(place, leaders.get(place.group_id, [])) for place in places.get(person.member.pk, [])],
            noted.get(person.member.pk, []),
        )
        for person in people
    ]
    guardian = Guardian.objects.filter(user=request.user, member=None).first()
    return render(request, "my/membership.html", {"people": shown, "guardian": guardian})
