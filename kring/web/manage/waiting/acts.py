"""Staff's acts on waiting entries: invite, send again, add, move, remove (W6, W7)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.events.models import Event, WaitingList
from kring.waiting import inviting, joining, managing, numbers, refusals, resending
from kring.waiting.models import Invitation, WaitingEntry
from kring.web.manage.pages import ask, attempt, show
from kring.web.manage.rights import needs
from kring.web.manage.waiting.forms import AddForm, MoveForm, RemovalForm

LONGEST_ADDRESS = 2_000


@needs("change_registrations")
@require_POST
@never_cache
def invite(request: UserRequest, event_pk: int) -> HttpResponse:
    """The selected ones, regardless of the order. Where places are lacking, the page offers to add some."""
    event = get_object_or_404(Event, pk=event_pk)
    keys = [int(key) for key in request.POST.getlist("pick") if key.isdecimal() and len(key) < 19]
    address = request.POST.get("list", "").replace("\x00", "")[:LONGEST_ADDRESS]
    back = reverse("manage:waiting_list", args=[event_pk]) + (f"?{address}" if address else "")
    may_add = request.POST.get("may_add_places") == "1"
    try:
        done = inviting.invite_selected(event, keys, by=request.user, may_add_places=may_add)
    except refusals.NobodySelected as refusal:
        messages.warning(request, str(refusal))
    except refusals.TooFewFree as refusal:
        lacking = [(what, number) for what, number in refusal.lacking.items()]
        context: dict[str, Any] = {
            "event": event,
            "lacking": lacking,
            "keys": keys,
            "back": back,
            "address": address,
        }
        return show(request, "manage/waiting/more_places.html", number=len(keys), **context)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _invited_text(len(done.invitations)))
    return redirect(back)


def _invited_text(number: int) -> str:
    text = ngettext(
        "%(n)s entry is invited: its places are reserved, and the email is on its way.",
        "%(n)s entries are invited: their places are reserved, and the emails are on their way.",
        number,
    )
    return text % {"n": number}


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sending_all(request: UserRequest, event_pk: int) -> HttpResponse:
    """All invitations of the list that could not be sent."""
    event, back = get_object_or_404(Event, pk=event_pk), reverse("manage:waiting_list", args=[event_pk])
    if request.method == "POST":
        sent = resending.send_unsent(event)
        text = ngettext("%(n)s invitation is on its way again.", "%(n)s invitations are on their way again.", sent)
        messages.success(request, text % {"n": sent})
        return redirect(back)
    unsent = numbers.unsent().filter(entry__event=event).count()
    text = ngettext("%(n)s invitation could not be sent.", "%(n)s invitations could not be sent.", unsent)
    return ask(
        request,
        title=_("Send the invitations again that were not sent?"),
        consequences=[text % {"n": unsent}, _("The deadline of each stays as it is.")],
        button=_("Send again"),
        back=back,
        tone="primary",
    )


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sending(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found, back = _entry(event_pk, pk), reverse("manage:waiting_entry", args=[event_pk, pk])
    rows = Invitation.objects.open().filter(entry=found).select_related("entry__event", "attraction")
    invitation = rows.first()
    if invitation is None:
        messages.warning(request, _("%(name)s has no open invitation.") % {"name": found.name})
        return redirect(back)
    if request.method == "POST":
        resending.send_one(invitation)
        messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": found.email})
        return redirect(back)
    return ask(
        request,
        title=_("Send the invitation again?"),
        consequences=[
            _("One email with the same link goes to %(address)s.") % {"address": found.email},
            _("The deadline stays as it is."),
        ],
        button=_("Send invitation"),
        back=back,
        tone="primary",
    )


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found, here = _entry(event_pk, pk), reverse("manage:waiting_entry", args=[event_pk, pk])
    form = RemovalForm(request.POST or None)

    def remove() -> bool:
        joining.leave(found, by=request.user, reason=form.cleaned_data["reason"])
        return True

    if form.is_valid() and attempt(form, remove):
        messages.success(request, _("%(name)s is no longer on the waiting list.") % {"name": found.name})
        return redirect("manage:waiting_list", event_pk)
    texts = [_("%(address)s gets an email with the reason.") % {"address": found.email}]
    if found.state == WaitingEntry.State.INVITED:
        texts.append(_("The invitation ends, and the places reserved for it go to the next on the list."))
    return ask(
        request,
        title=_("Remove %(name)s from the waiting list?") % {"name": found.name},
        consequences=texts,
        form=form,
        button=_("Remove from list"),
        back=here,
    )


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def position(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """To another place in the queue of the whole event."""
    found, here = _entry(event_pk, pk), reverse("manage:waiting_entry", args=[event_pk, pk])
    if found.state != WaitingEntry.State.WAITING:
        messages.warning(request, _("Only people who are waiting have a position."))
        return redirect(here)
    form = MoveForm(request.POST or None)

    def move() -> bool:
        number = form.cleaned_data["position"]
        others = WaitingEntry.objects.filter(event=event_pk).waiting().exclude(pk=pk).in_order()
        before = others[number - 1 : number].first() if number <= MOST_POSITIONS else None
        managing.move(found, before=before, by=request.user, reason=form.cleaned_data["reason"])
        return True

    if form.is_valid() and attempt(form, move):
        now = joining.position_of(found)
        messages.success(request, _("%(name)s is at position %(n)s now.") % {"name": found.name, "n": now})
        return redirect(here)
    facts = {"name": found.name, "n": joining.position_of(found)}
    return ask(
        request,
        title=_("Move %(name)s to another position?") % facts,
        consequences=[_("Now at position %(n)s. Those behind the new position move back by one.") % facts],
        form=form,
        button=_("Move"),
        back=here,
        tone="primary",
    )


@needs("change_registrations")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    """A person who called, or asked at the desk."""
    event = get_object_or_404(Event, pk=event_pk)
    waiting_list = WaitingList.objects.filter(event=event, is_on=True).first()
    back = reverse("manage:waiting_list", args=[event_pk])
    if waiting_list is None:
        messages.warning(request, _("Switch on the waiting list first."))
        return redirect(back)
    form = AddForm(request.POST or None, event=event, waiting_list=waiting_list)

    def add() -> WaitingEntry:
        language = request.organisation.language
        joiner = form.joiner(language)
        return managing.add(event, form.wishes, joiner, by=request.user, reason=form.cleaned_data["reason"])

    beside: dict[type[Refusal], str] = {refusals.AlreadyWaiting: "email", refusals.AlreadyInvited: "email"}
    if form.is_valid() and (entry := attempt(form, add, beside)):
        messages.success(request, _("%(name)s is on the waiting list.") % {"name": entry.name})
        return redirect("manage:waiting_entry", event_pk, entry.pk)
    status = 422 if form.is_bound else 200
    return show(request, "manage/waiting/new_entry.html", status=status, event=event, form=form, back=back)


# More than any queue: beyond it is the end.
MOST_POSITIONS = 1_000_000


def _entry(event_pk: int, pk: int) -> WaitingEntry:
    return get_object_or_404(WaitingEntry.objects.select_related("event"), event_id=event_pk, pk=pk)
