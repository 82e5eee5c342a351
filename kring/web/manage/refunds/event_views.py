"""Refunding an event that was called off: what goes back by which way, then how far it is (E4, R6)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.events.models import Event
from kring.registrations import mass_refunding
from kring.registrations.models import RefundRun, RefundRunItem
from kring.web.manage.pages import attempt, show
from kring.web.manage.payments.method_labels import label_of
from kring.web.manage.refunds.forms import RefundRunForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.lists import ForgivingPaginator

PER_PAGE = 100
Outcome = RefundRunItem.Outcome


@needs("change_orders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    """The dry run, and the two decisions."""
    event = get_object_or_404(Event, pk=event_pk)
    if event.state != Event.State.CANCELLED:
        return redirect("manage:event", event.pk)
    if begun := event.refund_runs.filter(finished_at=None).first():
        return redirect("manage:event_refund_run", event.pk, begun.pk)
    plan = mass_refunding.plan(event)
    form = RefundRunForm(request.POST or None, code=plan.code(event), has_some_by_hand=bool(plan.by_hand))

    def begin() -> RefundRun:
        return mass_refunding.begin(event, by=request.user, **form.choices)

    if form.is_valid() and (run := attempt(form, begin)) is not None:
        return redirect("manage:event_refund_run", event.pk, run.pk)
    return show(
        request,
        "manage/refunds/event_plan.html",
        status=422 if form.is_bound else 200,
        event=event,
        plan=plan,
        ways=[(label_of(way.method), way) for way in plan.ways],
        form=form,
        currency=request.organisation.currency,
    )


@needs("see_orders")
@require_safe
@never_cache
def run(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """How far it is; at the end the report."""
    found = _run(event_pk, pk)
    numbers = mass_refunding.progress(found)
    total, waiting = sum(numbers.values()), numbers.get(Outcome.WAITING, 0)
    rows = found.items.exclude(outcome=Outcome.WAITING).select_related("order").order_by("pk")
    outcome = request.GET.get("outcome", "")
    if outcome in Outcome.values:
        rows = rows.filter(outcome=outcome)
    return show(
        request,
        "manage/refunds/event_run.html",
        event=found.event,
        run=found,
        total=total,
        done=total - waiting,
        sums=mass_refunding.sums(found),
        numbers=[(key, label, numbers[key]) for key, label in Outcome.choices if numbers.get(key)],
        outcome=outcome,
        page=ForgivingPaginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        currency=request.organisation.currency,
    )


@needs("change_orders")
@require_POST
def stopping(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    return _change(request, event_pk, pk, mass_refunding.stop, _("It stops after the part that is being done."))


@needs("change_orders")
@require_POST
def resuming(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    return _change(request, event_pk, pk, mass_refunding.go_on, _("It goes on where it stopped."))


def _change(request: UserRequest, event_pk: int, pk: int, change: Callable[..., None], done: str) -> HttpResponse:
    found = _run(event_pk, pk)
    change(found, by=request.user)
    messages.success(request, done)
    return redirect("manage:event_refund_run", event_pk, pk)


def _run(event_pk: int, pk: int) -> RefundRun:
    return get_object_or_404(RefundRun.objects.select_related("event"), pk=pk, event=event_pk)
