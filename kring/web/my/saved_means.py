"""Accounts that one has kept for later payments, at the organisation's payment service (P4)."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from kring.accounts.requests import UserRequest
from kring.core.iban import AccountField
from kring.core.names import NameField
from kring.core.proxies import client_address
from kring.core.rate_limits import Limit, seconds_to_wait_for
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.direct_debit import one_way, own_mandates, provider_mandates
from kring.payments import keeping
from kring.payments.method import PaymentMethod, ProviderUnavailable
from kring.web import errors
from kring.web.access import needs_login
from kring.web.public.payments import leave

# Of one login: each is a request to the provider, which says whether there is such an account.
OFTEN = Limit(10, timedelta(hours=1))


class ConsentForm(forms.Form):
    """The account itself is entered on the provider's page."""

    agrees = forms.BooleanField(
        label=gettext_lazy("I agree"), error_messages={"required": gettext_lazy("Without this nothing is debited.")}
    )


class AccountForm(ConsentForm):
    holder = NameField(
        label=gettext_lazy("Name of the account's holder"),
        max_length=70,
        help_text=gettext_lazy("As your bank has it: banks compare the name with the number."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    iban = AccountField(
        label=gettext_lazy("Account number (IBAN)"),
        widget=forms.TextInput({"data-groups-of-four": "", "autocomplete": "off"}),
    )
    field_order = ["holder", "iban", "agrees"]


@needs_login
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    return _page(request, {method.key: _form(method) for method in keeping.offered()})


@needs_login
@opens_own_scope
@require_POST
@sensitive_post_parameters("iban")
@never_cache
def begin(request: UserRequest, method: str) -> HttpResponse:
    """The provider is called between two transactions."""
    with scope(request.organisation):
        email = _email(request)
        offered = {each.key: each for each in keeping.offered()}
        if method not in offered or not email:
            raise Http404
        form = _form(offered[method], request)
        if not form.is_valid():
            return _page(request, {key: form if key == method else _form(each) for key, each in offered.items()}, 422)
        text = _consent(request, offered[method])
    if wait := seconds_to_wait_for({f"saved-means:{request.organisation.pk}:{request.user.pk}": OFTEN}):
        too_often = errors.page(request, 429)
        too_often["Retry-After"] = str(wait)
        return too_often
    account: dict[str, str] = {name: str(form.cleaned_data[name]) for name in form.fields if name != "agrees"}
    site = request.organisation.url
    try:
        _means, answer = keeping.begin(
            request.organisation,
            method,
            keeping.Holder(request.user.name, email, request.user.language),
            keeping.Consent(text, client_address(request) or ""),
            return_url=site + reverse("my:saved-means"),
            notify_url=site + reverse("public:payment-notifications", args=[method]),
            account=account or None,
        )
    except ProviderUnavailable as refusal:
        form.add_error(None, _unavailable(refusal))
        with scope(request.organisation):
            return _page(request, {method: form}, 503)
    if answer is not None:
        return leave(request, answer.url)
    messages.success(request, _("Your account is kept for later payments."))
    return redirect("my:saved-means")


@needs_login
@require_POST
def removal(request: UserRequest, pk: int) -> HttpResponse:
    means = get_object_or_404(keeping.of_user(request.user), pk=pk)
    if keeping.revoke(means, by=request.user, reason=keeping.BY_PAYER):
        messages.success(request, _("%(account)s is not debited any more.") % {"account": means})
    return redirect("my:saved-means")


@needs_login
@require_POST
def collecting(request: UserRequest, pk: int) -> HttpResponse:
    """Contributions are collected from it from now on, or, with `stop`, not any more."""
    means = get_object_or_404(keeping.of_user(request.user), pk=pk)
    mandate = provider_mandates.of_user(request.user)
    if "stop" not in request.POST:
        provider_mandates.give(request.user, means)
        messages.success(
            request, _("Your contributions are debited from %(account)s from now on.") % {"account": means}
        )
    elif mandate is not None and mandate.means_id == means.pk and one_way.end_at_provider(mandate, by=request.user):
        messages.success(
            request, _("Your contributions are not debited from %(account)s any more.") % {"account": means}
        )
    return redirect("my:saved-means")


def _page(request: UserRequest, forms_by_method: dict[str, forms.Form], status: int = 200) -> HttpResponse:
    offered = [each for each in keeping.offered() if each.key in forms_by_method]
    mandate = provider_mandates.of_user(request.user)
    kept = list(keeping.of_user(request.user))
    usable = set(keeping.of_user(request.user).usable().values_list("pk", flat=True)) if kept else set()
    may_give = bool(usable) and own_mandates.person_of(request.user) is not None
    by_bank = next((each for each in own_mandates.mandates_of(request.user) if each.is_active), None)
    collected = mandate.means_id if mandate else None
    page = {
        "kept": [(each, each.pk == collected, may_give and each.pk in usable) for each in kept],
        "by_bank": by_bank if may_give else None,
        "email": _email(request),
        "offers": [(each, forms_by_method[each.key], _consent(request, each)) for each in offered],
    }
    return render(request, "my/saved_means.html", page, status=status)


def _form(method: PaymentMethod, request: UserRequest | None = None) -> forms.Form:
    kind = AccountForm if method.asks_for_account else ConsentForm
    return kind(request.POST if request else None)


def _consent(request: UserRequest, method: PaymentMethod) -> str:
    """In the person's language; it is kept as the evidence."""
    facts = {"organisation": request.organisation.name, "provider": method.label}
    words = _(
        "I authorise %(organisation)s, and %(provider)s on its behalf, to debit my account for what I owe, and what"
        " those owe for whom I pay, and my bank to carry that out. I am told before each debit, can have it paid back"
        " by my bank within eight weeks, and can revoke this here at any time."
    )
    return words % facts


def _email(request: UserRequest) -> str:
    """An address they have proved; "" where there is none."""
    rows = EmailAddress.objects.filter(user=request.user, verified=True).order_by("-primary", "pk")
    return rows.values_list("email", flat=True).first() or ""


def _unavailable(refusal: Refusal) -> str:
    return str(refusal) if refusal.code == "provider_declined" else _("The payment service does not answer. Try again.")
