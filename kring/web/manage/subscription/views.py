"""The organisation's subscription: its plan and how much of it is used; choosing, changing and ending one (B2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kring.accounts.requests import UserRequest
from kring.core import dates
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.organisations.models import AuditEntry
from kring.plans import billing_status, limits, subscribing
from kring.plans.at_stripe import PlanChange
from kring.plans.models import Plan
from kring.plans.settings import plans_on
from kring.web.manage.audit.history import newest_first
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import needs
from kring.web.manage.subscription import costs
from kring.web.manage.subscription.costs import ShownForm
from kring.web.public.payments import leave

# Entries of the log that the page shows.
SHOWN = 20
type View = Callable[..., HttpResponse]


def asks_stripe(right: str) -> Callable[[View], View]:
    """For views that talk to Stripe: guarded in a scope, and then without one. None is there without plans."""

    def decorate(view: View) -> View:
        @needs(right)
        def admit(request: UserRequest, **kwargs: object) -> HttpResponse | None:
            if not plans_on():
                raise Http404
            return None

        @opens_own_scope
        @never_cache
        @wraps(view)
        def guarded(request: UserRequest, **kwargs: object) -> HttpResponse:
            with scope(request.organisation):
                refused = admit(request, **kwargs)
            return refused or view(request, **kwargs)

        guarded.right, guarded.allowed_roles = admit.right, admit.allowed_roles  # type: ignore[attr-defined]
        return guarded

    return decorate


@asks_stripe("see_subscription")
@require_http_methods(["GET", "HEAD"])
def index(request: UserRequest) -> HttpResponse:
    if "paid" in request.GET:
        # What Stripe says of the page that was left; its notice may be later.
        attempted(request, lambda: subscribing.come_back(request.organisation))
        return redirect("manage:subscription")
    with scope(request.organisation):
        return _page(request)


def _page(request: UserRequest) -> HttpResponse:
    found = subscribing.newest()
    plan = found.plan if found and found.is_in_force else None
    plans = [each for each in subscribing.offered() if each != plan]
    return show(
        request,
        "manage/subscription/detail.html",
        subscription=found,
        plan=plan,
        uses=limits.uses(plan),
        plans=plans,
        has_trial=not subscribing.has_subscribed(),
        limited_from=billing_status.limited_from(found) if found else None,
        billing=billing_status.BillingStatus(request.organisation.billing_status),
        entries=_entries(),
    )


def _entries() -> list[AuditEntry]:
    acts = ["plan_subscription.begun", "plan_subscription.changed", "organisation.billing_status_changed"]
    return list(newest_first().filter(action__in=acts)[:SHOWN])


@asks_stripe("change_subscription")
@require_POST
def choice(request: UserRequest, pk: int) -> HttpResponse:
    """To Stripe's page, where it is paid."""
    plan = _plan(pk)
    back = request.organisation.url + reverse("manage:subscription")
    language = get_language() or request.organisation.language
    return _leave(request, lambda: subscribing.begin(request.organisation, plan, language=language, back=back))


@asks_stripe("change_subscription")
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: UserRequest, pk: int) -> HttpResponse:
    """Shown with what Stripe would charge; where it does not say, nothing can be changed."""
    plan, organisation = _plan(pk), request.organisation
    if request.method == "POST":
        shown = ShownForm(request.POST).shown_at()
        if attempted(request, lambda: subscribing.change(organisation, plan, shown)):
            messages.success(request, _("From now on your plan is “%(plan)s”.") % {"plan": plan})
        return redirect("manage:subscription")
    found: list[PlanChange] = []
    if not attempted(request, lambda: found.append(subscribing.preview(organisation, plan))):
        return redirect("manage:subscription")
    with scope(organisation):
        return ask(
            request,
            title=_("Change to “%(plan)s”, %(price)s?") % {"plan": plan, "price": plan.price_in_words},
            consequences=[
                _("The new limits count at once: %(limits)s.")
                % {"limits": ", ".join(plan.limits) or _("no limits at all")},
                *costs.in_words(found[0]),
            ],
            form=ShownForm(initial={"at": found[0].reckoned_at}),
            button=_("Change plan"),
            back=reverse("manage:subscription"),
            tone="primary",
        )


@asks_stripe("change_subscription")
@require_http_methods(["GET", "HEAD", "POST"])
def cancellation(request: UserRequest) -> HttpResponse:
    if request.method == "POST":
        if attempted(request, lambda: subscribing.cancel(request.organisation)):
            messages.success(request, _("The subscription ends with the period that is paid."))
        return redirect("manage:subscription")
    with scope(request.organisation):
        found = subscribing.current()
        if found is None or not found.is_in_force:
            raise Http404
        return ask(
            request,
            title=_("Cancel the subscription?"),
            consequences=[
                _("It ends on %(day)s; until then everything stays as it is, and you can take this back.")
                % {"day": dates.day(found.period_end)},
                _("After that access is limited, as this page then says. Nothing is deleted."),
            ],
            button=_("Cancel subscription"),
            back=reverse("manage:subscription"),
        )


@asks_stripe("change_subscription")
@require_POST
def keeping(request: UserRequest) -> HttpResponse:
    if attempted(request, lambda: subscribing.keep(request.organisation)):
        messages.success(request, _("The subscription goes on."))
    return redirect("manage:subscription")


@asks_stripe("change_subscription")
@require_POST
def portal(request: UserRequest) -> HttpResponse:
    """To Stripe's own page with invoices and payment methods."""
    back = f"{request.organisation.url}{reverse('manage:subscription')}?paid=1"
    return _leave(request, lambda: subscribing.customer_portal(request.organisation, back))


def _plan(pk: int) -> Plan:
    return get_object_or_404(Plan, pk=pk)


def _leave(request: UserRequest, address: Callable[[], str]) -> HttpResponse:
    """To a page of Stripe's that it makes now."""
    found: list[str] = []
    if not attempted(request, lambda: found.append(address())):
        return redirect("manage:subscription")
    with scope(request.organisation):
        return leave(request, found[0])


def attempted(request: UserRequest, act: Callable[[], object]) -> bool:
    """Whether it was done; the next page says why not."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True
