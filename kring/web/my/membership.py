"""What a person sees of their own membership and of the children they are a guardian of (M3, M7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.members import households
from kring.members.models import GroupPlace, Member, Membership
from kring.web.access import needs_login


@dataclass(frozen=True)
class ShownMember:
    member: Member
    type: str
    groups: list[str]
    is_child: bool


@needs_login
@require_safe
@never_cache
def membership(request: UserRequest) -> HttpResponse:
    """At most five statements of its own, whatever the size of the family."""
    own = list(Member.objects.filter(user=request.user).select_related("household"))
    children = list(households.children_of(request.user).select_related("household").order_by("birth_date", "pk"))
    people = [*own, *(child for child in children if child not in own)]
    return render(request, "my/membership.html", {"people": _shown(people, {child.pk for child in children})})


def _shown(people: list[Member], children: set[int]) -> list[ShownMember]:
    now = Membership.objects.on(timezone.localdate()).filter(member__in=people)
    types = dict(now.values_list("member_id", "type__name"))
    places: dict[int, list[str]] = {}
    for member, group in GroupPlace.objects.current().filter(member__in=people).values_list("member_id", "group__name"):
        places.setdefault(member, []).append(group)
    return [
        ShownMember(member, types.get(member.pk, ""), places.get(member.pk, []), member.pk in children)
        for member in people
    ]
