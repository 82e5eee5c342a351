"""Acts on an event's state: each is confirmed first, on a page with its consequences (E4, E5)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.events import lifecycle
from kring.events.models import Event
from kring.registrations import calling_off
from kring.web.manage.pages import ask, attempt
from kring.web.manage.rights import needs
from kring.web.manage.shared.reason_form import ReasonForm


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def submission(request: UserRequest, event_pk: int) -> HttpResponse:
    event = _event(event_pk)
    if request.method == "POST":
        lifecycle.submit(event, by=request.user)
        messages.success(request, _submitted(event))
        return _back(event)
    needs_approval = request.organisation.events_need_approval
    first = (
        _("The administrators are asked to accept it; you get an email once they have decided.")
        if needs_approval
        else _("Everybody can see it, and register once registration is open.")
    )
    return ask(
        request,
        title=_("Submit %(event)s?") % {"event": event},
        consequences=[
            first,
            _("After this, its name, dates, place, attractions and rules can no longer be changed."),
            _(
                "You can still change the descriptions, the photo and the registration dates, add places and payment "
                "methods, and change the questions (anyone who has answered keeps their own). You can also take "
                "ticket types off sale, or call the event off."
            ),
        ],
        button=_("Submit event"),
        back=_page(event),
        tone="primary",
    )


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdrawal(request: UserRequest, event_pk: int) -> HttpResponse:
    return _without_more(
        request,
        _event(event_pk),
        lifecycle.withdraw,
        done=_("The event is a draft again and can be changed."),
        title=_("Withdraw %(event)s?"),
        consequences=[_("It will not be reviewed for now. Change it, and submit it again.")],
        button=_("Withdraw"),
    )


@needs("approve_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def acceptance(request: UserRequest, event_pk: int) -> HttpResponse:
    return _without_more(
        request,
        _event(event_pk),
        lifecycle.accept,
        done=_("The event is accepted."),
        title=_("Accept %(event)s?"),
        consequences=[
            _("Everybody can see it, and register once registration is open."),
            _("Its maker gets an email."),
        ],
        button=_("Accept event"),
    )


@needs("approve_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rejection(request: UserRequest, event_pk: int) -> HttpResponse:
    return _with_reason(
        request,
        _event(event_pk),
        lambda event, reason: lifecycle.reject(event, by=request.user, reason=reason),
        done=_("The event goes back to its maker."),
        title=_("Reject %(event)s?"),
        consequences=lambda event: [
            _("It becomes a draft again: its maker gets an email with the reason and can change it.")
        ],
        button=_("Reject event"),
    )


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def cancellation(request: UserRequest, event_pk: int) -> HttpResponse:
    return _with_reason(
        request,
        _event(event_pk),
        lambda event, reason: calling_off.call_off(event, by=request.user, reason=reason),
        done=_("The event is called off, and everybody concerned is notified."),
        title=_("Call off %(event)s?"),
        consequences=_what_calling_off_does,
        button=_("Call off event"),
    )


def _without_more(
    request: UserRequest,
    event: Event,
    act: Callable[..., None],
    *,
    done: str,
    title: str,
    consequences: list[str],
    button: str,
) -> HttpResponse:
    """A confirmation page, and the act when it is confirmed, without further fields."""
    if request.method == "POST":
        act(event, by=request.user)
        messages.success(request, done)
        return _back(event)
    return ask(
        request,
        title=title % {"event": event},
        consequences=consequences,
        button=button,
        back=_page(event),
        tone="primary",
    )


def _with_reason(
    request: UserRequest,
    event: Event,
    act: Callable[[Event, str], None],
    *,
    done: str,
    title: str,
    consequences: Callable[[Event], list[str]],
    button: str,
) -> HttpResponse:
    form = ReasonForm(request.POST or None)

    def perform() -> bool:
        act(event, form.cleaned_data["reason"])
        return True

    if form.is_valid() and attempt(form, perform):
        messages.success(request, done)
        return _back(event)
    return ask(
        request,
        title=title % {"event": event},
        consequences=consequences(event),
        form=form,
        button=button,
        back=_page(event),
    )


def _submitted(event: Event) -> str:
    if event.state == Event.State.PENDING:
        return _("The event is awaiting approval. You get an email as soon as somebody has decided.")
    if event.state in (Event.State.OPEN, Event.State.RUNNING_OPEN):
        return _("The event is public, and registration is open.")
    return _("The event is public.")


def _what_calling_off_does(event: Event) -> list[str]:
    numbers = calling_off.concerned(event)
    texts = [_("Nobody can register any more; the event's page shows that it is cancelled. This cannot be undone.")]
    people = ngettext(
        "%(people)s person is registered and gets an email with the reason; so does the staff.",
        "%(people)s people are registered and get an email with the reason; so does the staff.",
        numbers.people,
    )
    texts.append(people % {"people": numbers.people})
    if numbers.unpaid:
        unpaid = ngettext(
            "%(unpaid)s order that is not paid yet is cancelled.",
            "%(unpaid)s orders that are not paid yet are cancelled.",
            numbers.unpaid,
        )
        texts.append(unpaid % {"unpaid": numbers.unpaid})
    if numbers.paid:
        paid = ngettext(
            "%(paid)s order is paid. Nothing is refunded automatically: decide about it afterwards.",
            "%(paid)s orders are paid. Nothing is refunded automatically: decide about each afterwards.",
            numbers.paid,
        )
        texts.append(paid % {"paid": numbers.paid})
    return texts


def _event(event_pk: int) -> Event:
    return get_object_or_404(Event.objects.select_related("created_by"), pk=event_pk)


def _page(event: Event) -> str:
    return reverse("manage:event", args=[event.pk])


def _back(event: Event) -> HttpResponse:
    return redirect("manage:event", event.pk)
