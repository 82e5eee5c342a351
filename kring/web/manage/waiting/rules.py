"""The rules of one waiting list: switched on, changed, switched off (W1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.events.models import Event, WaitingList
from kring.waiting import managing, numbers, refusals
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.waiting.forms import RulesForm

SWITCH_ON = "on"


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def rules(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    found = WaitingList.objects.filter(event=event).select_related("event").first()
    is_on = found is not None and found.is_on
    # What the page showed when it was opened: a user is notified if another has switched it on meanwhile.
    wants_on = request.POST.get("act") == SWITCH_ON or not is_on
    form = RulesForm(request.POST or None, event=event, waiting_list=found)
    merge(request, form)

    def save() -> bool:
        wanted: dict[str, Any] = {"attractions": form.chosen, **form.rules}
        if wants_on:
            managing.switch_on(event, **wanted)
        elif found is not None:
            managing.change_list(found, **wanted)
        return True

    beside = {refusals.NoEventChosen: "attractions", refusals.StillWaited: "attractions"}
    if form.is_valid() and attempt(form, save, beside):
        messages.success(request, _("The waiting list is on.") if wants_on else _("The rules have been saved."))
        return redirect("manage:waiting_list", event_pk)
    return show(
        request,
        "manage/waiting/rules.html",
        status=422 if form.is_bound else 200,
        event=event,
        form=form,
        is_on=is_on,
        act="" if is_on else SWITCH_ON,
        back=reverse("manage:waiting_list", args=[event_pk]),
    )


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def end(request: UserRequest, event_pk: int) -> HttpResponse:
    """Switch it off; the confirmation shows how many will be notified."""
    found = get_object_or_404(WaitingList.objects.select_related("event"), event_id=event_pk)
    back = reverse("manage:waiting_list", args=[event_pk])
    if not found.is_on:
        messages.info(request, _("The waiting list is already switched off."))
        return redirect(back)
    if request.method == "POST":
        notified = managing.switch_off(found)
        text = ngettext(
            "The waiting list is off, and %(n)s waiting person has been notified.",
            "The waiting list is off, and %(n)s waiting people have been notified.",
            notified,
        )
        messages.success(request, text % {"n": notified})
        return redirect(back)
    return ask(
        request,
        title=_("Switch off the waiting list of %(event)s?") % {"event": found.event},
        consequences=_what_ending_does(found),
        button=_("Switch it off"),
        back=back,
    )


def _what_ending_does(waiting_list: WaitingList) -> list[str]:
    counted = numbers.of_event(waiting_list.event)
    waiting = ngettext(
        "%(n)s entry is still waiting: it ends, with an email.",
        "%(n)s entries are still waiting: they end, each with an email.",
        counted.waiting,
    )
    kept = ngettext(
        "%(n)s open invitation stays valid until its deadline.",
        "%(n)s open invitations stay valid until their deadlines.",
        counted.invited,
    )
    texts = [waiting % {"n": counted.waiting}]
    if counted.invited:
        texts.append(kept % {"n": counted.invited})
    return [*texts, _("Places that come free are then available to everybody.")]
