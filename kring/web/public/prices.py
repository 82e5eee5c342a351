"""What an order would cost with what is being entered: the form asks as soon as something is chosen. Stores nothing.

Without scripts the next step says it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from kring.accounts.requests import TenantRequest, user_of
from kring.billing.models import Order
from kring.forms.models import Submission
from kring.members import acting
from kring.registrations import filling, pricing
from kring.registrations.models import Registration
from kring.registrations.naming import name_for_now
from kring.web.access import public
from kring.web.public.checkout import invited_entry, proved
from kring.web.public.data import DetailsForms, registration_at
from kring.web.public.forms import WhoComesForm
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.summary import Summary


@public
@require_POST
@behind_a_secret
def of_attendees(request: TenantRequest, secret: str) -> HttpResponse:
    order = order_behind(secret)
    if not order.is_unpaid or order.is_overdue:
        return HttpResponseClientRedirect(reverse("public:order", args=[secret]))
    summary, user = Summary(order), user_of(request)
    mine = summary.not_cancelled
    people = acting.people_of(user) if user is not None else []
    form = WhoComesForm(request.POST, registrations=mine, people=people)
    form.is_valid()
    order.buyer = user or order.buyer
    order.buyer_name, order.buyer_email = (form.cleaned_data.get(name, "") for name in ("buyer_name", "buyer_email"))
    members, invited = {each.member.pk: each.member for each in people}, invited_entry(summary)
    for registration, entered in zip(mine, form.attendees(), strict=True):
        attendee = proved(entered, order.buyer_email, invited)
        member = members.get(attendee.member or 0)
        name_for_now(registration, attendee, member, user, name=order.buyer_name, email=order.buyer_email)
    if form.gift is not None:
        summary.give(form.gift)
    return _shown(request, order, summary, mine)


@public
@require_POST
@behind_a_secret
def of_answers(request: TenantRequest, secret: str, position: int) -> HttpResponse:
    order = order_behind(secret)
    if not order.is_unpaid or order.is_overdue:
        return HttpResponseClientRedirect(reverse("public:order", args=[secret]))
    registration = registration_at(order, position)
    requested = filling.requested_forms([registration])[registration.pk]
    forms = DetailsForms.of(request, registration, requested)
    forms.are_valid()
    summary = Summary(order)
    mine = next(each for each in summary.not_cancelled if each.pk == registration.pk)
    mine.basic = Submission(version=requested.basic, answers=forms.basic_answers or {}) if requested.basic else None
    mine.submission = Submission(version=requested.form, answers=forms.own_answers or {}) if requested.form else None
    return _shown(request, order, summary, [mine])


def _shown(request: TenantRequest, order: Order, summary: Summary, changed: Sequence[Registration]) -> HttpResponse:
    pricing.show(order, summary.lines, changed)
    return render(request, "public/prices.html", {"order": order, "summary": summary})
