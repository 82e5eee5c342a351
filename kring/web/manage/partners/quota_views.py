"""The tickets that partners have for one event (D3)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.events.models import Event
from kring.events.refusals import NoWayToPay
from kring.partners import keeping, taking
from kring.partners.mails import tickets_url
from kring.partners.models import Partner, PartnerQuota
from kring.web.manage.pages import ask, attempt, carry_out, saved, show
from kring.web.manage.partners.forms import QuotaForm
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

BESIDE: dict[type[Refusal], str] = {NoWayToPay: "price"}


@needs("see_partners")
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    quotas = event.partner_quotas.with_what_a_page_shows().order_by("partner__name", "pk")
    return show(
        request,
        "manage/partners/event.html",
        event=event,
        quotas=quotas,
        may_keep=event.state in Event.ALIVE,
        has_partners=Partner.objects.exists(),
    )


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.select_related("pool"), pk=event_pk)
    form = QuotaForm(request.POST or None, event=event)

    def save() -> PartnerQuota:
        given = dict(form.cleaned_data)
        ticket_type = given.pop("ticket_type")
        ticket_type.attraction.event = event
        return keeping.keep_places(given.pop("partner"), ticket_type, **given)

    if form.is_valid() and (made := attempt(form, save, BESIDE)):
        messages.success(request, _("The tickets are kept for %(partner)s.") % {"partner": made.partner})
        return redirect("manage:partner_quota", event_pk, made.pk)
    return _form(request, form, event)


@needs("see_partners")
@require_safe
@never_cache
def quota(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = _quota(event_pk, pk)
    return show(
        request,
        "manage/partners/quota.html",
        event=found.event,
        quota=found,
        left=taking.left(found),
        people=taking.taken(found),
        returned=taking.returned(found),
        address=tickets_url(found),
    )


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = _quota(event_pk, pk)
    form = QuotaForm(request.POST or None, event=found.event, quota=found)
    merge(request, form)

    def save(**fields: object) -> None:
        keeping.change_quota(found, **fields)  # type: ignore[arg-type]

    if saved(request, form, save, _("The tickets of the partner have been saved."), BESIDE):
        return redirect("manage:partner_quota", event_pk, pk)
    return _form(request, form, found.event, found)


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = _quota(event_pk, pk)
    back = reverse("manage:partner_quota", args=[event_pk, pk])
    if request.method == "POST":
        then = reverse("manage:event_partners", args=[event_pk])
        done = _("The tickets of %(partner)s have been removed.") % {"partner": found.partner}
        return carry_out(request, lambda: keeping.remove_quota(found), done, then, back)
    return ask(
        request,
        title=_("Remove the tickets of %(partner)s?") % {"partner": found.partner},
        consequences=[_("Their places are for everybody again, and the link does not work any more.")],
        button=_("Remove tickets"),
        back=back,
    )


@needs("change_partners")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    """A new one instead of the old one."""
    found = _quota(event_pk, pk)
    back = reverse("manage:partner_quota", args=[event_pk, pk])
    if request.method == "POST":
        return carry_out(request, lambda: keeping.renew_link_of(found), _("The link has been renewed."), back)
    return ask(
        request,
        title=_("Renew the link to the tickets of %(partner)s?") % {"partner": found.partner},
        consequences=[_("The old link gives no more tickets. Those that are taken stay.")],
        button=_("Renew link"),
        back=back,
    )


def _quota(event_pk: int, pk: int) -> PartnerQuota:
    return get_object_or_404(PartnerQuota.objects.with_what_a_page_shows(), event=event_pk, pk=pk)


def _form(request: UserRequest, form: QuotaForm, event: Event, found: PartnerQuota | None = None) -> HttpResponse:
    there = ["manage:partner_quota", event.pk, found.pk] if found else ["manage:event_partners", event.pk]
    return show(
        request,
        "manage/partners/quota_form.html",
        status=422 if form.is_bound else 200,
        form=form,
        event=event,
        quota=found,
        back=reverse(str(there[0]), args=there[1:]),
    )
