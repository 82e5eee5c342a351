"""Amounts received, or kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.form_fields import AmountField
from kring.web.manage.shared.reason_form import ReasonForm

LONG_AGO = timedelta(days=731)


class AmountForm(forms.Form):
    """The initial value is an amount; a field that was not sent keeps it."""

    amount = AmountField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        currency: str,
        offered: Decimal,
        more: Mapping[str, object] | None = None,
    ) -> None:
        offers = {"amount": offered, "on": timezone.localdate(), **(more or {})}
        super().__init__(None if data is None else {**offers, **data.dict()}, initial=offers)
        self.fields["amount"].label = _("Amount (%(currency)s)") % {"currency": currency}


class ReceiptForm(AmountForm):
    """The amount that was received."""

    on = forms.DateField(label=_("Arrived on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    bank_reference = forms.CharField(
        label=_("Reference at the bank"),
        max_length=140,
        required=False,
        help_text=_("What the bank statement says, if you want to find it again."),
    )

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not timezone.localdate() - LONG_AGO <= day <= timezone.localdate():
            raise forms.ValidationError(_("Give a date in the past two years."))
        return day


class KeepForm(AmountForm, ReasonForm):
    field_order = ("amount", "reason")

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["reason"].help_text = _("For the record, such as the costs of a late cancellation.")
