"""Accounts with payment providers: keys are entered, tried and replaced here; never shown again (P7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts import recent_login
from kring.accounts.requests import UserRequest
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.payments import accounts, platform_stripe, stripe_connect
from kring.payments.method import PaymentMethod
from kring.payments.methods import method as method_called
from kring.payments.methods import methods
from kring.payments.models import ProviderAccount
from kring.web.asking_again import SECRET_PREFIX
from kring.web.manage.pages import ask, show
from kring.web.manage.rights import needs

Mode = ProviderAccount.Mode


@dataclass(frozen=True)
class ModeOfProvider:
    """One mode of a provider, and the organisation's account in it, if there is one."""

    mode: Mode
    account: ProviderAccount | None


class EnteredKeys(NamedTuple):
    """Valid keys, not tried yet."""

    kind: PaymentMethod
    mode: Mode
    form: forms.Form


@needs("see_providers")
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    found = list(ProviderAccount.objects.defer("keys", "old_keys").order_by("pk"))
    known = {(account.method, account.mode): account for account in found if not account.is_former}
    former = [account for account in found if account.is_former]
    providers = [
        (
            kind,
            [ModeOfProvider(mode, known.get((kind.key, mode))) for mode in modes_of(kind)],
            [account for account in former if account.method == kind.key],
        )
        for kind in methods()
        if kind.account_form
    ]
    can_connect = bool(platform_stripe.keys())
    connection = stripe_connect.current() if can_connect else None
    return show(
        request, "manage/providers/list.html", providers=providers, can_connect=can_connect, connection=connection
    )


@opens_own_scope
@sensitive_post_parameters()
@sensitive_variables("entered", "form")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def provider(request: UserRequest, method: str, mode: str) -> HttpResponse:
    """Enter keys, or others. The provider is queried between two transactions."""
    with scope(request.organisation):
        entered = _entered(request, method=method, mode=mode)
    if not isinstance(entered, EnteredKeys):
        return entered
    form, keys = entered.form, {name: value for name, value in entered.form.cleaned_data.items() if value}
    try:
        account = accounts.connect(
            request.organisation, method, mode=mode, keys=keys, notify_url=_notify_url(request, method), by=request.user
        )
    except Refusal as refusal:
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, str(refusal))
        with scope(request.organisation):
            return _page(request, entered.kind, entered.mode, form)
    messages.success(request, _("The keys work: people can pay with %(way)s now.") % {"way": entered.kind.label})
    if account.is_test:
        messages.warning(request, _("This is the test mode: no money moves, and these orders count nowhere."))
    return redirect("manage:providers")


@needs("change_providers")
def _entered(request: UserRequest, method: str, mode: str) -> EnteredKeys | HttpResponse:
    # Also before the form is shown: keys that were typed do not wait in a session.
    recent_login.ask_again(request)
    kind, chosen = _found(method, mode)
    assert kind.account_form is not None
    form = kind.account_form(request.POST if request.method == "POST" else None, prefix=SECRET_PREFIX)
    return EnteredKeys(kind, chosen, form) if form.is_valid() else _page(request, kind, chosen, form)


# The same as those of `_entered`.
provider.right, provider.allowed_roles = _entered.right, _entered.allowed_roles  # type: ignore[attr-defined]


def _page(request: UserRequest, kind: PaymentMethod, mode: Mode, form: forms.Form) -> HttpResponse:
    account = ProviderAccount.objects.present().filter(method=kind.key, mode=mode).first()
    page = {"kind": kind, "mode": mode, "form": form, "account": account, "back": reverse("manage:providers")}
    return show(request, "manage/providers/form.html", status=422 if form.is_bound else 200, **page)


@needs("change_providers")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def use(request: UserRequest, method: str, mode: str) -> HttpResponse:
    recent_login.ask_again(request)
    account = _account(method, mode)
    kind = method_called(account.method)
    if request.method == "POST":
        accounts.use(account, by=request.user)
        messages.success(request, _("From now on people pay with %(account)s.") % {"account": _named(account, kind)})
        return redirect("manage:providers")
    return ask(
        request,
        title=_("Use %(account)s from now on?") % {"account": _named(account, kind)},
        consequences=[
            _("The other mode of %(way)s is no longer used for new payments.") % {"way": kind.label},
            _("Payments that were begun there can be finished and refunded."),
        ],
        button=_("Use this account"),
        back=reverse("manage:providers"),
        tone="primary",
    )


@needs("change_providers")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop(request: UserRequest, method: str, mode: str) -> HttpResponse:
    account = _account(method, mode)
    kind = method_called(account.method)
    if request.method == "POST":
        accounts.stop_using(account, by=request.user)
        messages.success(request, _("%(account)s is no longer used.") % {"account": _named(account, kind)})
        return redirect("manage:providers")
    return ask(
        request,
        title=_("No longer use %(account)s?") % {"account": _named(account, kind)},
        consequences=[
            _("Nobody can begin to pay with %(way)s, at any event.") % {"way": kind.label},
            _("Payments that were begun can be finished and refunded: the keys stay here, encrypted."),
        ],
        button=_("Stop using it"),
        back=reverse("manage:providers"),
    )


@opens_own_scope
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: UserRequest, method: str, mode: str) -> HttpResponse:
    """Whether the keys are accepted now."""
    with scope(request.organisation):
        account = _to_try(request, method=method, mode=mode)
    if isinstance(account, HttpResponse):
        return account
    if request.method != "POST":
        return redirect("manage:providers")
    try:
        accounts.try_again(account, notify_url=_notify_url(request, method))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The provider accepts these keys."))
    return redirect("manage:providers")


@needs("change_providers")
def _to_try(request: UserRequest, method: str, mode: str) -> ProviderAccount | HttpResponse:
    return _account(method, mode)


check.right, check.allowed_roles = _to_try.right, _to_try.allowed_roles  # type: ignore[attr-defined]


def modes_of(kind: PaymentMethod) -> list[Mode]:
    return [Mode.LIVE, Mode.TEST] if kind.has_test_mode else [Mode.LIVE]


def _found(method: str, mode: str) -> tuple[PaymentMethod, Mode]:
    kind = method_called(method)
    if kind.account_form is None or mode not in modes_of(kind):
        raise Http404
    return kind, Mode(mode)


def _account(method: str, mode: str) -> ProviderAccount:
    _found(method, mode)
    return get_object_or_404(ProviderAccount.objects.present(), method=method, mode=mode)


def _named(account: ProviderAccount, kind: PaymentMethod) -> str:
    return f"{kind.label} ({account.get_mode_display()})"


def _notify_url(request: UserRequest, method: str) -> str:
    return request.organisation.url + accounts.notify_path(method)
