"""The waiting entries of an event, or of one of its attractions (W6)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import Attraction, Event, WaitingList
from kring.waiting import numbers
from kring.waiting.models import WaitingEntry
from kring.waiting.positions import who_wait_for
from kring.web.manage.pages import show, show_list
from kring.web.manage.rights import may, needs, needs_to_lead_group
from kring.web.manage.shared.filters import SearchFilterSet, choice, offer, one_of
from kring.web.manage.shared.list_tools import list_tools
from kring.web.manage.shared.lists import ListAct, Selection, StateCount, without
from kring.web.manage.waiting.explanation import explain
from kring.web.manage.waiting.figures import say_wait
from kring.web.manage.waiting.forms import ALL, ON_THE_LIST, STATES, attractions_of
from kring.web.manage.waiting.table import WaitingTable, entries_of


class EntryFilter(SearchFilterSet):
    """Entries that are still on the list, unless another state is requested."""

    searched = ("name", "asked_by", "email")

    attraction = one_of(_("Waits for"), method="waiting_for")
    state = choice(_("State"), STATES, method="in_state")

    def __init__(
        self, data: Any, *args: object, event: Event, attraction: Attraction | None = None, **kwargs: object
    ) -> None:
        data = data.copy()
        data["state"] = data.get("state") or ON_THE_LIST
        super().__init__(data, *args, **kwargs)
        self.filters["state"].extra["empty_label"] = None
        if attraction is not None:
            del self.filters["attraction"]
        else:
            offer(self.filters["attraction"], attractions_of(event))

    def waiting_for(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        return rows.filter(pk__in=who_wait_for(int(value)))

    def in_state(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        if value == ALL:
            return rows
        return rows.filter(state__in=WaitingEntry.LIVE if value == ON_THE_LIST else [value])

    @property
    def has_one_attraction(self) -> bool:
        return len(self.filters["attraction"].extra["choices"]) < 2

    @property
    def in_attraction(self) -> int | None:
        """The key of the one whose queue is shown."""
        chosen = self.form.cleaned_data.get("attraction") if self.form.is_valid() else None
        return int(chosen) if chosen else None


@needs("see_registrations")
@list_tools
@require_safe
@never_cache
def of_event(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    found = WaitingList.objects.filter(event=event).first()
    counted = numbers.of_event(event)
    if found is None and not counted.total:
        return show(request, "manage/waiting/none.html", event=event)
    context: dict[str, Any] = {"waiting_list": found, "numbers": counted, "wait": say_wait(counted.median_wait)}
    if not request.htmx:
        context["causes"] = explain(request, event)
        context["leaders"] = [
            (each, reverse("manage:waiting_group", args=[event.pk, each.pk]))
            for each in event.attractions.filter(has_waiting_list=True).exclude(leader_email="")
        ]
    export = reverse("manage:waiting_export", args=[event.pk])
    return _list(request, "manage/waiting/list.html", event, export=export, **context)


@needs_to_lead_group
@list_tools
@require_safe
@never_cache
def of_group(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """The list of one group, for who leads it."""
    group = get_object_or_404(Attraction.objects.select_related("event"), event_id=event_pk, pk=pk)
    export = reverse("manage:waiting_group_export", args=[event_pk, pk])
    return _list(request, "manage/waiting/group.html", group.event, group, export=export)


def filtered(request: UserRequest, event: Event, attraction: Attraction | None = None) -> EntryFilter:
    rows = entries_of(event, attraction)
    return EntryFilter(request.GET, queryset=rows, request=request, event=event, attraction=attraction)


def _list(
    request: UserRequest, template: str, event: Event, attraction: Attraction | None = None, **context: Any
) -> HttpResponse:
    known = filtered(request, event, attraction)
    acts = [] if attraction or not may(request, "change_registrations") else [_invite(event)]
    in_attraction = attraction.pk if attraction else known.in_attraction
    return show_list(
        request,
        template,
        entries_of(event, attraction),
        WaitingTable,
        EntryFilter,
        filter_options={"event": event, "attraction": attraction},
        table_options={
            "event": event,
            "can_open": may(request, "see_registrations"),
            "in_attraction": in_attraction,
            "all_wait_for_one": attraction is None and known.has_one_attraction,
        },
        event=event,
        attraction=attraction,
        selection=Selection(acts),
        states=_states(request, context.get("numbers")),
        **context,
    )


def _invite(event: Event) -> ListAct:
    url = reverse("manage:waiting_invite", args=[event.pk])
    return ListAct(url, _("Invite now, out of turn"), "send")


def _states(request: UserRequest, counted: numbers.Numbers | None) -> list[StateCount]:
    """How many there are of each state in the whole list; each leads to its own."""
    if counted is None:
        return []
    chosen = request.GET.get("state") or ON_THE_LIST
    found = [(ON_THE_LIST, _("on the list"), counted.waiting + counted.invited)]
    found += [(value, label, getattr(counted, value)) for value, label in WaitingEntry.State.choices]
    return [
        StateCount(value, label, number, without(request.GET, state=value), value == chosen)
        for value, label, number in found
        if number or value in (chosen, ON_THE_LIST)
    ]
