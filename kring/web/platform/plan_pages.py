"""Plans of the platform, and its account with Stripe (B1)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.contrib import messages
from django.forms import Form, ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts import recent_login
from kring.accounts.requests import TenantRequest, UserRequest
from kring.core.proxies import client_address
from kring.core.refusals import Refusal
from kring.organisations import audit
from kring.payments import connected_notices, platform_stripe
from kring.plans import connecting, editing, inbox
from kring.plans.models import Plan
from kring.plans.settings import plans_on
from kring.web.access import needs_platform_admin, public
from kring.web.asking_again import asks_again
from kring.web.notices import receive_notice
from kring.web.platform.plan_forms import PlanForm, PlatformKeyForm


@require_safe
@needs_platform_admin
def index(request: UserRequest) -> HttpResponse:
    numbers = editing.subscribers()
    rows = [(plan, numbers.get(plan.pk, 0)) for plan in Plan.objects.order_by("-is_active", "position", "price", "pk")]
    context = {"rows": rows, "are_on": plans_on(), "is_connected": bool(platform_stripe.keys())}
    return render(request, "platform/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def new(request: UserRequest) -> HttpResponse:
    form = PlanForm(request.POST or None)
    if form.is_valid() and _done(request, form, lambda: editing.create(**form.facts)):
        messages.success(request, _("The plan “%(name)s” has been created.") % {"name": form.cleaned_data["name"]})
        return redirect("platform:plans")
    return _form(request, form, title=_("New plan"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def plan(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Plan, pk=pk)
    form = PlanForm(request.POST or None, instance=found)
    if form.is_valid() and _done(request, form, lambda: editing.change(found, **form.facts)):
        messages.success(request, _("The plan has been saved."))
        return redirect("platform:plans")
    return _form(request, form, title=str(found), plan=found, is_used=editing.is_used(found))


@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@asks_again
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Plan, pk=pk)
    if request.method != "POST":
        return render(request, "platform/plan_removal.html", {"plan": found})
    try:
        with _acting(request):
            editing.remove(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("platform:plan", found.pk)
    messages.success(request, _("The plan has been removed."))
    return redirect("platform:plans")


@sensitive_post_parameters()
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
@needs_platform_admin
@never_cache
def stripe(request: UserRequest) -> HttpResponse:
    # Also before the form is shown: a key that was typed does not wait in a session.
    recent_login.ask_again(request)
    form = PlatformKeyForm(request.POST or None)
    if form.is_valid() and _done(request, form, lambda: connecting.connect(form.cleaned_data["secret_key"])):
        messages.success(request, _("Stripe accepts the key, and notifies this platform from now on."))
        return redirect("platform:plans")
    return _form(request, form, title=_("The platform's account with Stripe"), button=_("Connect"))


@public
@csrf_exempt
@require_POST
def notifications(request: TenantRequest) -> HttpResponse:
    """From Stripe. 200: it is stored, now or before, or of no interest."""
    return receive_notice(request, lambda body, headers: inbox.receive(body, headers.get("stripe-signature", "")))


@public
@csrf_exempt
@require_POST
def connected_notifications(request: TenantRequest) -> HttpResponse:
    """The same, about accounts of organisations that are connected to the platform's."""
    return receive_notice(
        request, lambda body, headers: connected_notices.receive(body, headers.get("stripe-signature", ""))
    )


def _done(request: UserRequest, form: Form | ModelForm, act: Callable[[], object]) -> bool:
    try:
        with _acting(request):
            act()
    except Refusal as refusal:
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, str(refusal))
        return False
    return True


def _acting(request: UserRequest) -> AbstractContextManager[None]:
    return audit.acting(request.user, ip=client_address(request))


def _form(request: UserRequest, form: Form | ModelForm, **context: object) -> HttpResponse:
    return render(request, "platform/plan.html", {"form": form, **context}, status=422 if form.is_bound else 200)
