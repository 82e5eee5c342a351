"""Campaigns of an event: what their codes open, how often they count, and what came of it (D2)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import UserRequest
from kring.events import campaigning
from kring.events.models import Campaign, Event, PriceRule, TicketType
from kring.events.pricing import price_list
from kring.events.pricing.codes import canonical
from kring.events.pricing.wording import effect_in_words
from kring.registrations import code_statistics
from kring.web.manage.campaigns.forms import CampaignForm
from kring.web.manage.pages import ask, attempt, attempted, carry_out, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time

# Of the codes of a campaign; the file has all of them.
SHOWN = 50


@needs("see_codes")
@require_safe
@never_cache
def index(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    rows = list(event.campaigns.select_related("money"))
    numbers = code_statistics.of_campaigns(rows)
    lines = [(each, numbers[each.pk]) for each in rows]
    return show(request, "manage/campaigns/list.html", event=event, lines=lines)


@needs("change_codes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event, pk=event_pk)
    form = CampaignForm(request.POST or None, event=event)

    def save() -> Campaign:
        made = campaigning.add_campaign(event, form.wish())
        if text := form.cleaned_data["code"]:
            campaigning.add_code(made, text)
        return made

    if form.is_valid() and (made := attempt(form, save)):
        messages.success(request, _("“%(name)s” has been added.") % {"name": made})
        return redirect("manage:campaign", event_pk, made.pk)
    return _form(request, form, event)


@needs("see_codes")
@require_safe
@never_cache
def campaign(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = campaign_of(event_pk, pk)
    wanted = request.GET.get("q", "")
    codes = found.codes.select_related("pool")
    if wanted:
        codes = codes.filter(text__contains=canonical(wanted) or wanted[:1])
    return show(
        request,
        "manage/campaigns/campaign.html",
        event=found.event,
        campaign=found,
        numbers=code_statistics.of_campaigns([found])[found.pk],
        rules=_rules(request, found),
        types=TicketType.objects.filter(pk__in=found.ticket_types).select_related("attraction"),
        codes=codes[:SHOWN],
        number=codes.count(),
        wanted=wanted,
        address=request.organisation.url + found.event.get_absolute_url(),
    )


def _rules(request: UserRequest, found: Campaign) -> list[tuple[PriceRule, str]]:
    currency = request.organisation.currency
    rows = campaigning.rules_of([found])[found.pk]
    return [(row, effect_in_words(price_list.as_rule(row), currency=currency)) for row in rows]


@needs("change_codes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = campaign_of(event_pk, pk)
    form = CampaignForm(request.POST or None, event=found.event, campaign=found)
    merge(request, form)
    if form.is_valid() and attempted(form, lambda: campaigning.change_campaign(found, form.wish())):
        messages.success(request, _("“%(name)s” has been saved.") % {"name": found})
        return redirect("manage:campaign", event_pk, pk)
    return _form(request, form, found.event, found)


@needs("change_codes")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def removal(request: UserRequest, event_pk: int, pk: int) -> HttpResponse:
    found = campaign_of(event_pk, pk)
    back = reverse("manage:campaign", args=[event_pk, pk])
    if request.method == "POST":
        done = _("“%(name)s” has been removed.") % {"name": found}
        then = reverse("manage:campaigns", args=[event_pk])
        return carry_out(request, lambda: campaigning.remove_campaign(found), done, then, back)
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[
            _("Its codes do not work any more."),
            _("A campaign whose codes were used cannot be removed: switch it off instead."),
        ],
        button=_("Remove campaign"),
        back=back,
    )


def campaign_of(event_pk: int, pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("event", "money"), event=event_pk, pk=pk)


def _form(request: UserRequest, form: CampaignForm, event: Event, found: Campaign | None = None) -> HttpResponse:
    back = ["manage:campaign", event.pk, found.pk] if found else ["manage:campaigns", event.pk]
    return show(
        request,
        "manage/campaigns/form.html",
        status=422 if form.is_bound else 200,
        form=form,
        event=event,
        campaign=found,
        back=reverse(str(back[0]), args=back[1:]),
    )
