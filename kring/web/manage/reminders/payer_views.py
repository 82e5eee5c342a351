"""One payer: what is open, what was sent and tried, and what staff agrees on."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.dues.models import Contribution, Payer, ReminderPause
from kring.dues.reminding import history, pausing, planning, sending
from kring.web.manage.pages import ask, attempted, carry_out, show
from kring.web.manage.reminders.forms import PromiseForm, StopForm
from kring.web.manage.rights import needs


@needs("see_dues")
@require_safe
@never_cache
def payer(request: UserRequest, pk: int) -> HttpResponse:
    found = _payer(pk)
    owed = list(Contribution.objects.of_payer(found).owing().select_related("member", "order").order_by("due_on", "pk"))
    plan = planning.plan(timezone.localdate(), payers=[found.pk])
    return show(
        request,
        "manage/reminders/payer.html",
        payer=found,
        owed=owed,
        total=sum((each.left for each in owed), Decimal(0)),
        next=plan.going[0] if plan.going else None,
        left_out=plan.left_out[0] if plan.left_out else None,
        pauses=ReminderPause.objects.filter(payer=found).in_force().select_related("created_by"),
        tried=history.of(found),
        currency=request.organisation.currency,
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def promising(request: UserRequest, pk: int) -> HttpResponse:
    found, form = _payer(pk), PromiseForm(request.POST or None)
    back = _page_of(found)
    if form.is_valid() and attempted(form, lambda: pausing.promise(found, **form.cleaned_data, by=request.user)):
        messages.success(request, _("The promise has been noted."))
        return redirect(back)
    return ask(
        request,
        title=_("%(name)s has promised to pay") % {"name": found.name},
        consequences=[_("There are no reminders until that day, and two days more for the bank.")],
        form=form,
        button=_("Save promise"),
        back=back,
        tone="primary",
    )


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stopping(request: UserRequest, pk: int) -> HttpResponse:
    found, form = _payer(pk), StopForm(request.POST or None)
    back = _page_of(found)
    if form.is_valid() and attempted(form, lambda: pausing.stop(found, **form.cleaned_data, by=request.user)):
        messages.success(request, _("Reminders of this payer are stopped."))
        return redirect(back)
    return ask(
        request,
        title=_("Stop the reminders of %(name)s?") % {"name": found.name},
        consequences=[_("What is owed stays owed. Nobody is notified.")],
        form=form,
        button=_("Stop"),
        back=back,
    )


@needs("manage_dues")
@require_POST
def resuming(request: UserRequest, pk: int) -> HttpResponse:
    found = _payer(pk)
    done = _("Reminders go on. The next step is sent when it is due.")
    return carry_out(request, lambda: pausing.resume(found, by=request.user), done, _page_of(found))


@needs("manage_dues")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def now(request: UserRequest, pk: int) -> HttpResponse:
    """The next step, whatever its day."""
    found = _payer(pk)
    back = _page_of(found)
    if request.method == "POST":
        done = _("The reminder has been sent.")
        return carry_out(request, lambda: sending.remind_now(found, by=request.user), done, back)
    return ask(
        request,
        title=_("Send the next reminder to %(name)s now?") % {"name": found.name},
        consequences=[_("It takes the place of the next step, whatever its day. A fee of that step is charged.")],
        button=_("Send now"),
        back=back,
        tone="primary",
    )


def _payer(pk: int) -> Payer:
    return get_object_or_404(Payer.objects.with_people(), pk=pk)


def _page_of(payer: Payer) -> str:
    return reverse("manage:reminder_payer", args=[payer.pk])
