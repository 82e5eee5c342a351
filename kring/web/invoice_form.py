"""The form for whom an invoice is: of buyers, and of staff."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.billing.invoicing.asking import InvoiceAddress
from kring.billing.models import InvoiceRequest, Order
from kring.core import vat_numbers
from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.forms import countries
from kring.organisations.current import current_organisation

FIELDS = ("company", "vat_number", "name", "street", "postal_code", "city", "country", "email", "reference")


class InvoiceAddressForm(forms.Form):
    """`address` after `is_valid()`. It begins with what was asked before, else with what the order knows."""

    company = NameField(
        label=_("Company or organisation"),
        max_length=200,
        required=False,
        help_text=_("Empty: the invoice is in your own name."),
    )
    vat_number = forms.CharField(
        label=_("VAT number"),
        max_length=20,
        required=False,
        help_text=_("Of the company, with the letters of its country, such as NL004495445B01."),
    )
    name = NameField(label=_("Your name"), max_length=200)
    street = NameField(label=_("Street and number"), max_length=200)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20)
    city = NameField(label=_("City"), max_length=100)
    country = forms.ChoiceField(label=_("Country"))
    email = AddressField(label=_("Email for the invoice"), max_length=254)
    reference = forms.CharField(
        label=_("Your order reference"),
        max_length=100,
        required=False,
        help_text=_("Shown on the invoice, such as a purchase order number."),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, order: Order, before: InvoiceRequest | None = None
    ) -> None:
        known = {name: getattr(before, name) for name in FIELDS} if before else _of_order(order)
        super().__init__(data, initial=known)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = countries.choices(known["country"])

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        if number := cleaned.get("vat_number"):
            try:
                cleaned["vat_number"] = vat_numbers.checked(number, cleaned.get("country", ""))
            except vat_numbers.UnknownCountry:
                self.add_error(
                    "vat_number", _("We cannot check VAT numbers of this country. Begin with its two letters.")
                )
            except vat_numbers.NotValid:
                self.add_error("vat_number", _("Not a valid VAT number. Please check it digit by digit."))
        return cleaned

    @property
    def address(self) -> InvoiceAddress:
        return InvoiceAddress(**{name: self.cleaned_data[name] for name in FIELDS})


def _of_order(order: Order) -> dict[str, str]:
    return {"name": order.buyer_name, "email": order.buyer_email, "country": current_organisation().country}
