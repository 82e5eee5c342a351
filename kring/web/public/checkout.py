"""The second step of an order: its attendees."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kring.accounts.models import User
from kring.accounts.requests import TenantRequest, user_of
from kring.billing.models import Order
from kring.core.addresses import normalised
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.members import acting
from kring.registrations.booking import assign
from kring.registrations.naming import Attendee
from kring.registrations.refusals import CodeUsedByPerson, PriceIsBeingPaid, TooManyFree, TooManyUnpaid
from kring.waiting.models import WaitingEntry
from kring.web.access import public
from kring.web.public import newsletter_boxes
from kring.web.public.checkout_flow import at_once, go_on
from kring.web.public.forms import WhoComesForm, what_is_known
from kring.web.public.prefill import entry_behind
from kring.web.public.secret_links import behind_a_secret, order_behind
from kring.web.public.steps import WHO, line_of_steps
from kring.web.public.summary import Summary


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def attendees(request: TenantRequest, secret: str) -> HttpResponse:
    try:
        with scope(request.organisation):
            answer = _attendees(request, secret)
    except (TooManyUnpaid, TooManyFree, PriceIsBeingPaid, CodeUsedByPerson) as refusal:
        # The transaction rolled back everything that was entered; the page shows why.
        with scope(request.organisation):
            answer = _attendees(request, secret, problem=refusal)
    return answer or go_on(request.organisation, secret, by=user_of(request))


def _attendees(request: TenantRequest, secret: str, *, problem: Refusal | None = None) -> HttpResponse | None:
    """None when the attendees are named and some of them have further questions to answer."""
    # Sent twice, the second request waits for the first, and finds the order as the first left it.
    order = order_behind(secret, locked=request.method == "POST")
    if not order.is_unpaid or order.is_overdue:
        # Paid meanwhile, or too late: that page explains it and shows the way on.
        return redirect("public:order", secret)
    user = request.user if request.user.is_authenticated else None
    if user is None and not request.organisation.guests_may_order:
        return redirect_to_login(request.get_full_path())
    summary = Summary(order)
    if summary.team_id is not None:
        return redirect("public:team", secret)
    invited = invited_entry(summary)
    people = acting.people_of(user) if user is not None else []
    form = WhoComesForm(
        request.POST or None,
        registrations=summary.not_cancelled,
        initial={} if request.POST else _known(order, summary, user, invited, people),
        people=people,
        terms_version=request.organisation.terms_version,
        accepted=order.terms_version,
        newsletters=newsletter_boxes.offered(request),
    )
    if form.is_valid() and problem is None:
        assigned = _assign(order, form, user, invited)
        newsletter_boxes.keep_consents(request, form, assigned)
        return at_once(assigned)
    if problem is not None:
        form.add_error(None if isinstance(problem, PriceIsBeingPaid) else "buyer_email", str(problem))
    changes = order.price_rules or "gift" in form.fields
    asks_at = reverse("public:prices_of_attendees", args=[secret]) if changes else ""
    page = {"form": form, "order": order, "summary": summary, "asks_at": asks_at, **line_of_steps(summary, WHO)}
    return render(request, "public/attendees.html", page, status=422 if form.is_bound else 200)


def _known(
    order: Order, summary: Summary, user: User | None, invited: WaitingEntry | None, people: list[acting.OwnPerson]
) -> dict[str, object]:
    gift = summary.gift.amount if summary.gift else None
    return {**what_is_known(order, summary.not_cancelled, user, invited, people), "gift": gift}


def invited_entry(summary: Summary) -> WaitingEntry | None:
    return entry_behind(summary.not_cancelled[0]) if summary.not_cancelled else None


def _assign(order: Order, form: WhoComesForm, user: User | None, invited: WaitingEntry | None) -> Order:
    return assign(
        order,
        user=user,
        buyer_name=form.cleaned_data["buyer_name"],
        buyer_email=form.cleaned_data["buyer_email"],
        attendees=[proved(each, form.cleaned_data["buyer_email"], invited) for each in form.attendees()],
        # A person with an invitation reads the mail it was sent to: the link appears nowhere else.
        is_confirmed=invited is not None and form.cleaned_data["buyer_email"] == invited.email,
        terms_version=form.terms_version,
        gift=form.gift,
    )


def proved(attendee: Attendee, buyer_email: str, invited: WaitingEntry | None) -> Attendee:
    """An attendee, too, may be the person who reads the invitation."""
    email = normalised(buyer_email if attendee.myself else attendee.email)
    return replace(attendee, is_email_proved=invited is not None and email == invited.email)
