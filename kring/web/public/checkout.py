"""The second step of an order: who comes with its tickets."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kring.billing.models import Order
from kring.payments import paying
from kring.registrations.booking import assign
from kring.web.access import public
from kring.web.public.forms import WhoComesForm, what_is_known
from kring.web.public.private import behind_a_secret, order_behind
from kring.web.public.steps import WHO, steps_of
from kring.web.public.summary import Summary


@public
@require_http_methods(["GET", "HEAD", "POST"])
@behind_a_secret
def attendees(request: HttpRequest, secret: str) -> HttpResponse:
    # Sent twice, the second waits for the first, and finds the order where that has brought it.
    order = order_behind(secret, locked=request.method == "POST")
    if not order.is_unpaid or order.is_overdue:
        # Paid meanwhile, or too late: that page says so and shows the way on.
        return redirect("public:order", secret)
    user = request.user if request.user.is_authenticated else None
    if user is None and not request.organisation.guests_may_order:
        return redirect_to_login(request.get_full_path())
    summary = Summary(order)
    form = WhoComesForm(
        request.POST or None,
        registrations=summary.standing,
        initial=what_is_known(order, summary.standing, user),
    )
    if form.is_valid():
        return _go_on(_said(order, form, user))
    page = {"form": form, "order": order, "summary": summary, "steps": steps_of(order), "current": WHO}
    return render(request, "public/attendees.html", page, status=422 if form.is_bound else 200)


def _said(order: Order, form: WhoComesForm, user: object) -> Order:
    return assign(
        order,
        user=user,
        buyer_name=form.cleaned_data["buyer_name"],
        buyer_email=form.cleaned_data["buyer_email"],
        attendees=form.attendees(),
        is_locked=True,
    )


def _go_on(order: Order) -> HttpResponse:
    """To the payment; where nothing is to be paid the order is complete at once."""
    if order.total:
        return redirect("public:payment", order.secret)
    paying.start(order, method="free", settings={}, return_url="", notify_url="")
    return redirect("public:order", order.secret)
