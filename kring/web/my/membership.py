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
from kring.members.models import GroupPlace, Member, Membership, PlannedStatus
from kring.members.own_people import PortalPerson
from kring.web.access import needs_login


@dataclass(frozen=True)
class ShownMember:
    person: PortalPerson
    member: Member
    type: str
    groups: list[str]
    # A planned exit, if there is one.
    exit: PlannedStatus | None


@needs_login
@require_safe
@never_cache
def membership(request: UserRequest) -> HttpResponse:
    """At most five statements of its own, whatever the size of the family."""
    people = own_people.people_of(request.user)
    return render(request, "my/membership.html", {"people": _shown(people)})


def _shown(people: list[PortalPerson]) -> list[ShownMember]:
    members = [person.member for person in people]
    now = Membership.objects.on(timezone.localdate()).filter(member__in=members)
    types = dict(now.values_list("member_id", "type__name"))
    places: dict[int, list[str]] = {}
    current = GroupPlace.objects.current().filter(member__in=members)
    for member, group in current.values_list("member_id", "group__name"):
        places.setdefault(member, []).append(group)
    exits = {each.member_id: each for each in PlannedStatus.objects.filter(member__in=members, state=Member.State.LEFT)}
    return [
        ShownMember(person, person.member, types.get(pk, ""), places.get(pk, []), exits.get(pk))
        for person in people
        for pk in [person.member.pk]
    ]
