"""The teams of an event."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import Attraction, Event
from kring.events.offering import Window, window_of
from kring.registrations.models import Registration, Team
from kring.registrations.teams.mails import page_url
from kring.registrations.teams.reading import with_numbers
from kring.web.manage.pages import show, show_list
from kring.web.manage.rights import may, needs
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.teams.table import TeamFilter, TeamTable


@needs("see_registrations")
@list_tools
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    return show_list(
        request,
        "manage/teams/list.html",
        with_numbers(event).filter(is_over=False),
        TeamTable,
        TeamFilter,
        filter_options={"event": event},
        event=event,
        offered=[each for each in _for_teams(event) if window_of(each) == Window.OPEN],
    )


def _for_teams(event: Event) -> list[Attraction]:
    rows = list(event.attractions.filter(largest_team__isnull=False))
    for each in rows:
        each.event = event
    return rows


@needs("see_registrations")
@require_safe
@never_cache
def team(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """With the address of the leader's page for who may change registrations: there it is changed, also by staff."""
    teams = Team.objects.filter(attraction__event=event_pk).select_related("order", "attraction__event")
    found = get_object_or_404(teams, pk=pk)
    people = Registration.objects.filter(team=found).select_related("ticket_type", "line__order").order_by("pk")
    return show(
        request,
        "manage/teams/detail.html",
        event=found.attraction.event,
        team=found,
        order=found.order,
        people=people,
        address=page_url(found.order) if may(request, "change_registrations") else "",
        back=reverse("manage:teams", args=[event_pk]),
    )
