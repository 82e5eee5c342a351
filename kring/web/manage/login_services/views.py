"""Login services: added, tried, switched on and off (A2). The service is asked between two scopes."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kring.accounts import keeping_providers, recent_login
from kring.accounts.models import IdentityProvider, Role
from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.web.asking_again import asks_again
from kring.web.manage.login_services.forms import ServiceForm
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time


@needs("manage_login_services")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    services = IdentityProvider.objects.defer("client_secret").annotate(accounts=Count("identities"))
    return show(request, "manage/login_services/list.html", services=services)


@needs("manage_login_services")
@require_safe
@never_cache
def service(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(IdentityProvider.objects.defer("client_secret"), pk=pk)
    labels = dict(Role.Name.choices)
    return show(
        request,
        "manage/login_services/service.html",
        service=found,
        accounts=found.identities.count(),
        roles=[(labels[role], ", ".join(values)) for role, values in sorted(found.roles.items())],
        factors=", ".join(found.factor_values),
        redirect_address=keeping_providers.redirect_address(request.organisation, found.key),
    )


@opens_own_scope
@sensitive_post_parameters()
@sensitive_variables("entered", "form")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    with scope(request.organisation):
        entered = _entered(request)
    if not isinstance(entered, ServiceForm):
        return entered
    form = entered
    try:
        made = keeping_providers.add(request.organisation, by=request.user, **form.given())
    except Refusal as refusal:
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, str(refusal))
        with scope(request.organisation):
            return _new_page(request, form)
    messages.success(request, _("%(service)s answers. Try to log in with it, once it is on.") % {"service": made})
    return redirect("manage:login_service", made.pk)


@needs("manage_login_services")
def _entered(request: UserRequest) -> ServiceForm | HttpResponse:
    # Also before the form is shown: a secret that was typed does not wait in a session.
    recent_login.ask_again(request)
    data = request.POST if request.method == "POST" else None
    form = ServiceForm(data, key=keeping_providers.next_key())
    return form if form.is_valid() else _new_page(request, form)


# The same as those of `_entered`.
new.right, new.allowed_roles = _entered.right, _entered.allowed_roles  # type: ignore[attr-defined]


def _new_page(request: UserRequest, form: ServiceForm) -> HttpResponse:
    key = form["key"].value()
    address = keeping_providers.redirect_address(request.organisation, int(key)) if str(key).isdecimal() else ""
    return _form_page(request, form, reverse("manage:login_services"), address)


def _form_page(
    request: UserRequest, form: ServiceForm, back: str, address: str, found: IdentityProvider | None = None
) -> HttpResponse:
    page = {"form": form, "back": back, "redirect_address": address, "service": found}
    return show(request, "manage/login_services/form.html", status=422 if form.is_bound else 200, **page)


@needs("manage_login_services")
@sensitive_post_parameters()
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def change(request: UserRequest, pk: int) -> HttpResponse:
    recent_login.ask_again(request)
    found = get_object_or_404(IdentityProvider, pk=pk)
    form = ServiceForm(request.POST if request.method == "POST" else None, service=found)
    merge(request, form)
    if form.is_valid():
        keeping_providers.change(found, **form.given())
        messages.success(request, _("“%(name)s” has been saved.") % {"name": found})
        return redirect("manage:login_service", pk)
    address = keeping_providers.redirect_address(request.organisation, found.key)
    return _form_page(request, form, reverse("manage:login_service", args=[pk]), address, found)


@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: UserRequest, pk: int) -> HttpResponse:
    """Whether it answers now."""
    with scope(request.organisation):
        found = _to_check(request, pk=pk)
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST":
        try:
            keeping_providers.check(request.organisation, found)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The service answers, and is the one it should be."))
    return redirect("manage:login_service", pk)


@needs("manage_login_services")
def _to_check(request: UserRequest, pk: int) -> IdentityProvider | HttpResponse:
    return get_object_or_404(IdentityProvider, pk=pk)


check.right, check.allowed_roles = _to_check.right, _to_check.allowed_roles  # type: ignore[attr-defined]


@needs("manage_login_services")
@require_POST
@never_cache
@asks_again
def switch(request: UserRequest, pk: int) -> HttpResponse:
    """`on`: switch it on; else off."""
    found = get_object_or_404(IdentityProvider, pk=pk)
    on = "on" in request.POST
    keeping_providers.switch(found, on=on)
    text = _("%(service)s is switched on.") if on else _("%(service)s is switched off; its sessions have ended.")
    messages.success(request, text % {"service": found})
    return redirect("manage:login_service", pk)


@needs("manage_login_services")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@asks_again
def removal(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(IdentityProvider, pk=pk)
    if request.method == "POST":
        keeping_providers.remove(found)
        messages.success(request, _("“%(name)s” has been removed.") % {"name": found})
        return redirect("manage:login_services")
    number = found.identities.count()
    text = ngettext("%(number)s account is disconnected.", "%(number)s accounts are disconnected.", number)
    return ask(
        request,
        title=_("Remove %(name)s?") % {"name": found},
        consequences=[
            text % {"number": number},
            _("Nobody can log in with it any more, and sessions that began with it end."),
            _("Roles that it gave are taken back. The logins themselves stay."),
        ],
        button=_("Remove login service"),
        back=reverse("manage:login_service", args=[pk]),
    )
