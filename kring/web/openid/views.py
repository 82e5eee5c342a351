"""Logging in with a login service of the organisation (A2). The service is asked between two scopes."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts import bound_sessions, connecting, provider_login, recent_login
from kring.accounts.models import IdentityProvider
from kring.accounts.provider_login import Claimed
from kring.accounts.requests import TenantRequest, user_of
from kring.core import rate_limits
from kring.core.addresses import mailbox
from kring.core.rate_limits import Limit
from kring.core.tenancy import opens_own_scope, scope
from kring.web import errors
from kring.web.access import public
from kring.web.openid.forms import NewLoginForm

# Of one network: each is up to three requests to the service.
OFTEN = Limit(40, timedelta(minutes=1))
# Mails with the link that opens a login: to one address, and from one network.
MAILS, MAILS_OF_NETWORK = Limit(5, timedelta(hours=1)), Limit(30, timedelta(hours=1))


@public
@opens_own_scope
@require_safe
@never_cache
def begin(request: TenantRequest, key: int) -> HttpResponse:
    """To the service. Our security policy lets no form lead to another site, so this is a link."""
    if limited := _limited(request, {f"openid:{rate_limits.address_of(request)}": OFTEN}):
        return limited
    with scope(request.organisation):
        provider = _provider(key)
    return HttpResponseRedirect(provider_login.begin(request, request.organisation, provider, _then(request)))


@public
@opens_own_scope
@require_safe
@never_cache
@sensitive_variables("code", "claimed")
def callback(request: TenantRequest, key: int) -> HttpResponse:
    """Back from the service."""
    with scope(request.organisation):
        provider = _provider(key)
    attempt = provider_login.take_attempt(request, provider)
    code = request.GET.get("code", "")
    if not code or "error" in request.GET:
        messages.info(request, _("You were not logged in at %(service)s.") % {"service": provider.name})
        return redirect("account_login")
    claimed = provider_login.exchange(request.organisation, provider, attempt, code)
    with scope(request.organisation):
        if response := provider_login.log_in(request, _provider(key), claimed):
            return response
    provider_login.keep(request, claimed)
    return redirect("openid:first")


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("claimed")
def first_time(request: TenantRequest) -> HttpResponse:
    """Somebody has logged in at the service who has no login here yet, as far as we know."""
    claimed = provider_login.kept(request)
    if claimed is None:
        return redirect("account_login")
    with scope(request.organisation):
        if user_of(request) is not None:
            return _connect(request, claimed)
        form = NewLoginForm(
            request.POST if request.method == "POST" else None,
            initial={"name": claimed.name, "email": claimed.email},
        )
        if not form.is_valid():
            return _first_page(request, claimed, form)
    email, name = form.cleaned_data["email"], form.cleaned_data["name"]
    if limited := _limited(request, _mail_limits(request, email)):
        return limited
    with scope(request.organisation):
        _provider_of(claimed)
        connecting.ask_to_open(request, claimed, email=email, name=name, language=_language())
        return render(request, "openid/sent.html", {"email": email})


def _connect(request: TenantRequest, claimed: Claimed) -> HttpResponse:
    provider = _provider_of(claimed)
    if request.method == "POST":
        bound_sessions.require_own_proof(request)
        recent_login.ask_again(request)
        assert request.user.is_authenticated
        connecting.connect(request, provider, request.user, claimed)
        provider_login.forget(request)
        messages.success(request, _("From now on you can log in with %(service)s.") % {"service": provider.name})
        return HttpResponseRedirect(claimed.then or reverse("my:identities"))
    return render(request, "openid/connect.html", {"service": provider, "claimed": claimed})


def _first_page(request: TenantRequest, claimed: Claimed, form: NewLoginForm) -> HttpResponse:
    login = f"{reverse('account_login')}?{urlencode({'next': reverse('openid:first')})}"
    page = {"service": _provider_of(claimed), "claimed": claimed, "form": form, "own_login_url": login}
    return render(request, "openid/first.html", page, status=422 if form.is_bound else 200)


@public
@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("claimed", "token")
def confirmation(request: TenantRequest, token: str) -> HttpResponse:
    """Behind the link in our mail: opening it shows a button, which opens the login."""
    claimed = provider_login.kept_for(request, token)
    with scope(request.organisation):
        provider = _provider_of(claimed)
        if request.method != "POST":
            return render(request, "openid/confirmation.html", {"service": provider, "claimed": claimed})
        user = connecting.open_new(provider, claimed, _language())
        provider_login.forget(request)
        return provider_login.enter(request, provider, user, claimed)


def _provider(key: int) -> IdentityProvider:
    return get_object_or_404(IdentityProvider, key=key, is_on=True)


def _provider_of(claimed: Claimed) -> IdentityProvider:
    return get_object_or_404(IdentityProvider, pk=claimed.provider, is_on=True)


def _then(request: HttpRequest) -> str:
    """Where it goes on: a page of this very site."""
    wanted = request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if own and len(wanted) <= 500 else ""


def _mail_limits(request: HttpRequest, email: str) -> dict[str, Limit]:
    digest = hashlib.sha256(mailbox(email).encode()).hexdigest()[:32]
    return {f"openid:to:{digest}": MAILS, f"openid:from:{rate_limits.address_of(request)}": MAILS_OF_NETWORK}


def _limited(request: HttpRequest, limits: dict[str, Limit]) -> HttpResponse | None:
    """Counted outside of any scope."""
    if not (wait := rate_limits.seconds_to_wait_for(limits)):
        return None
    answer = errors.page(request, 429)
    answer["Retry-After"] = str(wait)
    return answer


def _language() -> str:
    return (get_language() or "en")[:2]
