"""As what the organisation sends invoices."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kring.accounts.requests import UserRequest
from kring.billing.einvoicing import channels
from kring.billing.invoicing import sending
from kring.billing.models import InvoiceSettings
from kring.billing.models.invoice import prefix_validator
from kring.organisations.models import Organisation
from kring.web.manage.invoices import channel_choices
from kring.web.manage.pages import attempted, show
from kring.web.manage.rights import needs
from kring.web.manage.shared.merging import merge, one_save_at_a_time
from kring.web.manage.shared.tenant_form import TenantForm


class InvoiceSettingsForm(TenantForm):
    number_prefix = forms.CharField(
        label=gettext_lazy("Prefix"),
        max_length=10,
        validators=[prefix_validator],
        help_text=gettext_lazy("Numbers are then PREFIX-2026-0001. Another prefix begins a new series."),
    )

    class Meta:
        model = InvoiceSettings
        fields = [
            *("legal_name", "street", "postal_code", "city"),
            *("registration_number", "tax_number", "days_to_ask", "days_to_pay", "note"),
            *("channel_for_companies", "channel_for_others"),
        ]

    field_order = ("number_prefix", *Meta.fields)

    def __init__(
        self, data: Mapping[str, object] | None = None, *, instance: InvoiceSettings, organisation: Organisation
    ) -> None:
        super().__init__(data, instance=instance, initial={"number_prefix": organisation.invoice_prefix})
        for name, with_vat_number in (("channel_for_companies", True), ("channel_for_others", False)):
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label,
                choices=channel_choices.usable(with_vat_number=with_vat_number),
                help_text=_explained(with_vat_number) if with_vat_number else "",
            )


def _explained(with_vat_number: bool) -> str:
    found = [channels()[key] for key, _label in channel_choices.usable(with_vat_number=with_vat_number)]
    return " ".join(f"{capfirst(each.label)}: {each.description}" for each in found)


def _set_up(organisation: Organisation, form: InvoiceSettingsForm) -> InvoiceSettings:
    fields = dict(form.cleaned_data)
    return sending.set_up(organisation, prefix=fields.pop("number_prefix"), **fields)


@needs("change_invoices")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@one_save_at_a_time
def settings(request: UserRequest) -> HttpResponse:
    organisation = request.organisation
    found = InvoiceSettings.objects.first() or InvoiceSettings(legal_name=organisation.name, city=organisation.city)
    form = InvoiceSettingsForm(request.POST or None, instance=found, organisation=organisation)
    merge(request, form)
    if form.is_valid() and attempted(form, lambda: _set_up(organisation, form)):
        messages.success(request, _("The settings have been saved."))
        return redirect("manage:invoices")
    return show(
        request,
        "manage/invoices/settings.html",
        status=422 if form.is_bound else 200,
        form=form,
        accounts=channel_choices.accounts(),
        back=reverse("manage:invoices"),
    )
