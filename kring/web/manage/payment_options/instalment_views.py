"""In which parts each attraction of an event may be paid (R8)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.events import instalment_planning
from kring.events.models import Attraction
from kring.web.manage.pages import ask, attempted, carry_out, show
from kring.web.manage.payment_options.instalment_forms import PlanForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def plan(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    attraction = _attraction(event_pk, pk)
    form = PlanForm(request.POST or None, attraction=attraction)
    merge(request, form)

    def save() -> None:
        instalment_planning.plan(
            attraction, deposit=form.cleaned_data["deposit"], is_percent=form.is_percent, parts=form.parts
        )

    if form.is_valid() and attempted(form, save):
        messages.success(request, _("Saved: “%(name)s” can be paid in instalments.") % {"name": attraction})
        return redirect("manage:payment_options", event_pk)
    return show(
        request,
        "manage/payment_options/plan_form.html",
        status=422 if form.is_bound else 200,
        event=attraction.event,
        attraction=attraction,
        form=form,
    )


@needs("change_events")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    attraction = _attraction(event_pk, pk)
    back = reverse("manage:payment_options", args=[event_pk])
    if request.method == "POST":
        done = _("“%(name)s” is paid at once from now on.") % {"name": attraction}
        return carry_out(request, lambda: instalment_planning.withdraw(attraction), done, back, back)
    return ask(
        request,
        title=_("No longer offer instalments for %(name)s?") % {"name": attraction},
        consequences=[_("Orders that are paid in instalments already stay as they are.")],
        button=_("Remove instalments"),
        back=back,
    )


def _attraction(event_pk: int, pk: int) -> Attraction:
    rows = Attraction.objects.select_related("event").prefetch_related("planned_instalments")
    return get_object_or_404(rows, event_id=event_pk, pk=pk)
