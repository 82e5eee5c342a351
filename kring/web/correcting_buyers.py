"""Correcting the buyer on a page: by staff, and behind the link of the order."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kring.accounts.models import User
from kring.accounts.requests import TenantRequest
from kring.billing.models import Order
from kring.core.addresses import AddressField
from kring.core.names import NameField
from kring.core.refusals import Refusal
from kring.registrations import correcting_buyers
from kring.web.manage.shared.merging import merge


class BuyerForm(forms.Form):
    """`began` and `is_clash` as in `merge`. The checkbox is shown only where a registration has the buyer's address."""

    name = NameField(label=pgettext_lazy("person", "Name"), max_length=200)
    email = AddressField(
        label=_("Email"), max_length=254, help_text=_("If the address changes, both addresses get an email.")
    )
    with_registrations = forms.BooleanField(label="", required=False, initial=True)

    def __init__(self, request: TenantRequest, order: Order) -> None:
        known = {"name": order.buyer_name, "email": order.buyer_email}
        super().__init__(request.POST if request.method == "POST" else None, initial=known)
        self.order = order
        theirs = correcting_buyers.going_by(order, order.buyer_email).order_by("line__position")
        names = list(theirs.values_list("attendee_name", flat=True))
        if names:
            label = _("Also for the registrations linked to this address: %(names)s")
            self.fields["with_registrations"].label = label % {"names": ", ".join(names)}
        else:
            del self.fields["with_registrations"]
        self.is_clash = merge(request, self)

    @property
    def done(self) -> str:
        return str(_("The order has been corrected.") if self.has_changed() else _("Nothing was changed."))

    def keep(self, *, by_staff: bool, by: User | None, is_consulted: bool) -> Order | None:
        """The corrected order; None, with the reason in the form, where it is refused."""
        fields = {"with_registrations": False, **self.cleaned_data}
        try:
            return correcting_buyers.correct_buyer(
                self.order.pk, by_staff=by_staff, by=by, is_consulted=is_consulted, **fields
            )
        except Refusal as refusal:
            self.add_error(None, str(refusal))
            return None
