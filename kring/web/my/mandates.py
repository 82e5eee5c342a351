"""Direct debit, in the portal: one's mandate, given, changed, withdrawn and downloaded (C3)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kring.accounts.known_name import known_name
from kring.accounts.requests import UserRequest
from kring.core.iban import AccountField
from kring.core.names import NameField
from kring.core.proxies import client_address
from kring.core.sepa import Account
from kring.direct_debit import creditors, documents, mandates, own_mandates, provider_mandates
from kring.direct_debit.evidence import mandate_text
from kring.direct_debit.models import Mandate
from kring.web.access import needs_login
from kring.web.downloads import document
from kring.web.manage.pages import attempt, attempted


class OwnMandateForm(forms.Form):
    iban = AccountField(label=gettext_lazy("IBAN"))
    holder = NameField(
        label=gettext_lazy("Account holder"), max_length=140, help_text=gettext_lazy("As your bank has it.")
    )
    agrees = forms.BooleanField(
        label=gettext_lazy("I agree to this mandate, and may dispose of this account"),
        error_messages={"required": gettext_lazy("Without your agreement nothing is collected.")},
    )

    @property
    def account(self) -> Account:
        return Account(self.cleaned_data["holder"], self.cleaned_data["iban"])


@needs_login
@require_safe
@never_cache
def index(request: UserRequest) -> HttpResponse:
    found = own_mandates.mandates_of(request.user)
    active = next((each for each in found if each.is_active), None)
    page = {
        "mandate": active,
        "version": mandates.version_of(active) if active else None,
        "former": [each for each in found if not each.is_active],
        "may_give": active is None and own_mandates.person_of(request.user) is not None,
        "creditor": creditors.usual(),
        "at_provider": provider_mandates.of_user(request.user),
    }
    return render(request, "my/mandates.html", page)


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: UserRequest) -> HttpResponse:
    creditor = creditors.usual()
    if creditor is None or own_mandates.person_of(request.user) is None:
        raise Http404
    form = OwnMandateForm(request.POST or None, initial={"holder": known_name(request.user)})

    def give() -> Mandate:
        return own_mandates.give(request.user, form.account, creditor=creditor, address=_address(request))

    if form.is_valid() and attempt(form, give) is not None:
        messages.success(request, _("Thank you. You are told before each collection."))
        return redirect("my:mandates")
    before = provider_mandates.of_user(request.user)
    return _form(request, form, creditor=creditor, text=mandate_text(creditor), at_provider=before)


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def change(request: UserRequest, pk: int) -> HttpResponse:
    mandate = _own(request, pk)
    version = mandates.version_of(mandate)
    form = OwnMandateForm(request.POST or None, initial={"holder": version.holder})

    def save() -> bool:
        return own_mandates.change(request.user, mandate, form.account, address=_address(request))

    if form.is_valid() and attempted(form, save):
        messages.success(request, _("From now on it is collected from this account."))
        return redirect("my:mandates")
    return _form(
        request, form, creditor=mandate.creditor_account, text=mandate_text(mandate.creditor_account), version=version
    )


@needs_login
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdrawal(request: UserRequest, pk: int) -> HttpResponse:
    mandate = _own(request, pk)
    if request.method == "POST":
        mandates.revoke(mandate, by=request.user, reason="")
        messages.success(request, _("Nothing is collected from your account any more."))
        return redirect("my:mandates")
    return render(request, "my/mandate_withdrawal.html", {"mandate": mandate})


@needs_login
@require_safe
@never_cache
def document_of(request: UserRequest, pk: int) -> HttpResponse:
    mandate = _own(request, pk, only_active=False)
    return document(documents.mandate_pdf(mandate), name=f"mandate-{pk}.pdf")


def _own(request: UserRequest, pk: int, *, only_active: bool = True) -> Mandate:
    for each in own_mandates.mandates_of(request.user):
        if each.pk == pk and (each.is_active or not only_active):
            return each
    raise Http404


def _address(request: UserRequest) -> str:
    return client_address(request) or ""


def _form(request: UserRequest, form: OwnMandateForm, **page: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "my/mandate_form.html", {"form": form, **page}, status=status)
