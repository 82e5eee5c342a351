"""A partner's own page, behind a secret link: who has taken the tickets, and giving them away (D3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.requests import TenantRequest
from kring.core.addresses import AddressField
from kring.core.integrity_errors import violated_constraint
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.events.models import Event
from kring.partners import taking
from kring.partners.mails import tickets_url
from kring.partners.models import Partner, PartnerQuota, PartnerQuotaQuerySet
from kring.registrations.models import Registration
from kring.web.access import public
from kring.web.public.idempotency import secrets_of
from kring.web.public.ordering import SENT_BEFORE
from kring.web.public.partner_links import limits_tries
from kring.web.public.secret_links import behind_a_secret, with_secret
from kring.web.public.shared_pages import secret_key


class PersonForm(forms.Form):
    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = AddressField(
        label=gettext_lazy("Email"),
        max_length=254,
        help_text=gettext_lazy("They get an email, and fill in the rest themselves."),
    )


@dataclass(frozen=True)
class Tickets:
    """Of one quota, as its partner sees them."""

    quota: PartnerQuota
    people: list[Registration]
    left: int
    returned: int

    @property
    def url(self) -> str:
        return tickets_url(self.quota)

    @property
    def number(self) -> int:
        return self.quota.pool.capacity or 0


@public
@opens_own_scope
@require_safe
@behind_a_secret
@limits_tries
def page(request: TenantRequest, secret: str) -> HttpResponse:
    with scope(request.organisation):
        partner = _partner(secret)
        rows = quotas_of(partner).filter(event__ends_at__gte=timezone.now())
        tickets = [tickets_of(quota) for quota in rows]
        return render(request, "public/partners/partner.html", {"partner": partner, "tickets": tickets})


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
@limits_tries
def gift(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """One ticket, to a person by name."""
    form = PersonForm(request.POST or None)

    def give(quota: PartnerQuota, order_secret: str | None) -> None:
        taking.give(quota, **form.cleaned_data, secret=order_secret)

    def found() -> tuple[PartnerQuota, None]:
        return get_object_or_404(quotas_of(_partner(secret)), pk=pk), None

    return _for_a_person(request, secret, form, found, give)


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
@limits_tries
def hand_over(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Somebody else comes instead."""
    form = PersonForm(request.POST or None)

    def give(quota: PartnerQuota, order_secret: str | None) -> None:
        taking.hand_over(quota, pk, **form.cleaned_data, secret=order_secret)

    def found() -> tuple[PartnerQuota, Registration]:
        return _taken(secret, pk)

    return _for_a_person(request, secret, form, found, give)


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
@limits_tries
def take_back(request: TenantRequest, secret: str, pk: int) -> HttpResponse:
    """Asks for confirmation; POST does it."""
    with scope(request.organisation):
        quota, registration = _taken(secret, pk)
        if request.method != "POST":
            facts = {"partner": quota.partner, "quota": quota, "registration": registration}
            return render(request, "public/partners/take_back.html", facts)
        try:
            with transaction.atomic():
                taking.take_back(quota, pk)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The ticket is yours again: you can give it to somebody else."))
    return redirect("public:partner", secret)


def quotas_of(partner: Partner) -> PartnerQuotaQuerySet:
    rows: PartnerQuotaQuerySet = partner.quotas.with_what_a_page_shows().filter(event__state__in=Event.LISTED)
    return rows


def tickets_of(quota: PartnerQuota) -> Tickets:
    people = list(taking.taken(quota))
    return Tickets(quota, people, taking.left(quota), taking.returned(quota))


def _for_a_person(
    request: TenantRequest,
    secret: str,
    form: PersonForm,
    found: Callable[[], tuple[PartnerQuota, Registration | None]],
    give: Callable[[PartnerQuota, str | None], None],
) -> HttpResponse:
    """The same form sent twice gives one ticket."""
    sent = [request.path, request.POST.get("name"), request.POST.get("email")]
    order_secret = next(secrets_of("partner_gift", request.POST.get("key", ""), sent), None)
    with scope(request.organisation):
        if _is_given(order_secret):
            return redirect("public:partner", secret)
        quota, registration = found()
        if form.is_valid():
            try:
                with transaction.atomic():
                    give(quota, order_secret)
            except Refusal as refusal:
                if _is_given(order_secret):
                    # It had the last one itself, a moment ago.
                    return redirect("public:partner", secret)
                form.add_error(None, str(refusal))
            except IntegrityError as error:
                if order_secret is None or violated_constraint(error) != SENT_BEFORE:
                    raise
                return redirect("public:partner", secret)
            else:
                messages.success(request, _("%(name)s gets an email.") % {"name": form.cleaned_data["name"]})
                return redirect("public:partner", secret)
        facts: dict[str, object] = {"partner": quota.partner, "quota": quota, "registration": registration}
        facts |= {"form": form, "secret_key": secret_key()}
        return render(request, "public/partners/person.html", facts, status=422 if form.is_bound else 200)


def _is_given(order_secret: str | None) -> bool:
    return order_secret is not None and bool(with_secret(secret=order_secret))


def _partner(secret: str) -> Partner:
    return get_object_or_404(Partner, secret=secret)


def _taken(secret: str, pk: int) -> tuple[PartnerQuota, Registration]:
    """404 for a ticket that is not, or no longer, this partner's."""
    quota = get_object_or_404(quotas_of(_partner(secret)), orders__order__lines__registrations=pk)
    return quota, get_object_or_404(taking.taken(quota), pk=pk)
