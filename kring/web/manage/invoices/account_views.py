"""Accounts with channels for e-invoices: keys are entered and tried here; never shown again."""

from __future__ import annotations

from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from kring.accounts import recent_login
from kring.accounts.requests import UserRequest
from kring.billing.einvoicing import channels
from kring.billing.invoicing import channel_accounts
from kring.billing.invoicing.channel import InvoiceChannel
from kring.core.refusals import Refusal
from kring.core.tenancy import opens_own_scope, scope
from kring.web.asking_again import SECRET_PREFIX
from kring.web.manage.pages import show
from kring.web.manage.rights import needs


class EnteredKeys(NamedTuple):
    """Valid keys, not tried yet."""

    channel: InvoiceChannel
    form: forms.Form


@opens_own_scope
@sensitive_post_parameters()
@sensitive_variables("entered", "form")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def account(request: UserRequest, channel: str) -> HttpResponse:
    """Enter keys, or others. The receiver is asked between two transactions."""
    with scope(request.organisation):
        entered = _entered(request, channel=channel)
    if not isinstance(entered, EnteredKeys):
        return entered
    keys = {name: value for name, value in entered.form.cleaned_data.items() if value}
    try:
        channel_accounts.connect(request.organisation, channel, keys=keys, by=request.user)
    except Refusal as refusal:
        entered.form.add_error(None, str(refusal))
        with scope(request.organisation):
            return _page(request, entered.channel, entered.form)
    messages.success(request, _("The keys work. Choose below which invoices go this way."))
    return redirect("manage:invoice_settings")


@needs("connect_invoice_channels")
def _entered(request: UserRequest, channel: str) -> EnteredKeys | HttpResponse:
    # Also before the form is shown: keys that were typed do not wait in a session.
    recent_login.ask_again(request)
    found = channels().get(channel)
    if found is None or found.account_form is None:
        raise Http404
    form = found.account_form(request.POST if request.method == "POST" else None, prefix=SECRET_PREFIX)
    return EnteredKeys(found, form) if form.is_valid() else _page(request, found, form)


# The same as those of `_entered`.
account.right, account.allowed_roles = _entered.right, _entered.allowed_roles  # type: ignore[attr-defined]


def _page(request: UserRequest, channel: InvoiceChannel, form: forms.Form) -> HttpResponse:
    page = {"channel": channel, "form": form, "account": channel_accounts.of(channel.key)}
    status = 422 if form.is_bound else 200
    return show(request, "manage/invoices/account.html", status=status, back=reverse("manage:invoice_settings"), **page)
