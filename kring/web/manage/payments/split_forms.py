"""A transfer that arrived, and the orders it is divided over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core import codes
from kring.core.form_fields import AmountField
from kring.payments.splitting import Arrived, Proposal
from kring.web.manage.payments.forms import LONG_AGO
from kring.web.manage.shared.form_layout import group, layout, side_by_side

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SHARE, MORE = "share-", (1, 2, 3)


def _amount(label: StrOrPromise) -> AmountField:
    least = Decimal("0.01")
    return AmountField(label=label, max_digits=10, decimal_places=2, min_value=least, required=False)


class ArrivedForm(forms.Form):
    amount = AmountField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))
    arrived_on = forms.DateField(
        label=_("Arrived on"),
        initial=timezone.localdate,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    payer_name = forms.CharField(label=_("Name at the bank"), max_length=140, required=False)
    reference = forms.CharField(
        label=_("Reference at the bank"),
        max_length=140,
        required=False,
        help_text=_("As the statement has it: numbers of orders in it are found."),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = layout(
            group(_("What arrived"), side_by_side("amount", "arrived_on"), side_by_side("payer_name", "reference"))
        )

    def clean_arrived_on(self) -> date:
        day: date = self.cleaned_data["arrived_on"]
        if not timezone.localdate() - LONG_AGO <= day <= timezone.localdate():
            raise forms.ValidationError(_("Give a date in the past two years."))
        return day

    @property
    def arrived(self) -> Arrived:
        return Arrived(**self.cleaned_data)


class SharesForm(forms.Form):
    """How much each proposed order gets, and up to three others by their number."""

    key = forms.CharField(max_length=32, widget=forms.HiddenInput, initial=codes.secret)
    # Asked for where one that looks the same was booked.
    is_another = forms.BooleanField(
        label=_("It is another transfer: the statement has it twice"),
        required=False,
        widget=forms.CheckboxInput({"class": "form-check-input"}),
    )

    def __init__(
        self, data: QueryDict | None = None, *, found: list[Proposal], suggested: dict[str, Decimal] | None = None
    ) -> None:
        super().__init__(data)
        self.found = found
        for each in found:
            field = _amount(each.order.number)
            field.initial = (suggested or {}).get(each.order.number)
            self.fields[SHARE + each.order.number] = field
        for row in MORE:
            self.fields[f"number_{row}"] = forms.CharField(label=_("Order number"), max_length=12, required=False)
            self.fields[f"more_{row}"] = _amount(_("Amount"))

    @property
    def rows(self) -> list[tuple[Proposal, forms.BoundField]]:
        return [(each, self[SHARE + each.order.number]) for each in self.found]

    @property
    def more(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"number_{row}"], self[f"more_{row}"]) for row in MORE]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        for row in MORE:
            number, amount = cleaned.get(f"number_{row}"), cleaned.get(f"more_{row}")
            if bool(number) != (amount is not None) and not {f"number_{row}", f"more_{row}"} & self.errors.keys():
                missing = f"more_{row}" if number else f"number_{row}"
                self.add_error(missing, _("Give the number of the order, and how much it gets."))
        if not self.errors and not self.shares:
            self.add_error(None, _("Divide the amount over at least one order."))
        return cleaned

    @property
    def shares(self) -> dict[str, Decimal]:
        given = self.cleaned_data
        found = {each.order.number: given.get(SHARE + each.order.number) for each in self.found}
        shares = {number: amount for number, amount in found.items() if amount}
        for row in MORE:
            if amount := given.get(f"more_{row}"):
                number = str(given[f"number_{row}"]).strip().upper()
                shares[number] = shares.get(number, Decimal(0)) + amount
        return shares
