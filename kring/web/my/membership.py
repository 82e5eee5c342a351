"""What a person sees of their own membership and of the children they are a guardian of (M3, M7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.members import own_people
from kring.members.models import GroupPlace, Member, Membership
from kring.members.own_people import OwnPerson
from kring.web.access import needs_login


@dataclass(frozen=True)
class ShownMember:
    person: OwnPerson
    member: Member
    type: str
    groups: list[str]


@needs_login
@require_safe
@never_cache
def membership(request: UserRequest) -> HttpResponse:
    """At most five statements of its own, whatever the size of the family."""
    people = own_people.people_of(request.user)
    return render(request, "my/membership.html", {"people": _shown(people)})


def _shown(people: list[OwnPerson]) -> list[ShownMember]:
    members = [person.member for person in people]
    now = Membership.objects.on(timezone.localdate()).filter(member__in=members)
    types = dict(now.values_list("member_id", "type__name"))
    places: dict[int, list[str]] = {}
    current = GroupPlace.objects.current().filter(member__in=members)
    for member, group in current.values_list("member_id", "group__name"):
        places.setdefault(member, []).append(group)
    return [
        ShownMember(person, person.member, types.get(person.member.pk, ""), places.get(person.member.pk, []))
        for person in people
    ]
