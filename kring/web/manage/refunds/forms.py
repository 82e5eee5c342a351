"""How much goes back, and how."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.payments import refunding
from kring.payments.models import Payment, Refund
from kring.web.manage.payments.forms import LONG_AGO, AmountForm
from kring.web.manage.shared.reason_form import ReasonForm


class RefundForm(AmountForm, ReasonForm):
    field_order = ("amount", "how", "given_on", "reason")
    how = forms.ChoiceField(label=_("How it is refunded"))
    given_on = forms.DateField(
        label=_("Sent on"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        required=False,
        help_text=_("Of a refund that you make yourself."),
    )
    # What was left when the page was loaded: a second click, or another tab, refunds nothing more.
    seen = forms.DecimalField(widget=forms.HiddenInput, max_digits=10, decimal_places=2, required=False)

    def __init__(self, data: QueryDict | None = None, *, payment: Payment, offered: Decimal, **kwargs: Any) -> None:
        ways = refunding.ways(payment)
        more = {"how": ways[0], "given_on": timezone.localdate(), "seen": max(payment.left, Decimal(0))}
        super().__init__(data, currency=payment.currency, offered=offered, more=more, **kwargs)
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)
        how.choices = [(way, _WORDS[Refund.How(way)]) for way in ways]
        self.fields["reason"].help_text = _("For the record.")

    def look_again(self, payment: Payment) -> None:
        """Shown once more, it says what is left by now."""
        if self.is_bound:
            self.data = {**self.data, "seen": max(payment.left, Decimal(0))}

    def clean_given_on(self) -> date:
        day: date = self.cleaned_data["given_on"] or timezone.localdate()
        if abs(day - timezone.localdate()) > LONG_AGO:
            raise forms.ValidationError(_("Give a date at most two years from today."))
        return day


class RefundRunForm(forms.Form):
    """Two decisions, neither of which follows from the other; and a code, where much goes back."""

    cancels = forms.BooleanField(
        label=_("Cancel the registrations"),
        required=False,
        initial=True,
        help_text=_("Tickets are no longer valid. No place is offered to the waiting list."),
    )
    refunds = forms.BooleanField(
        label=_("Refund the payments"),
        required=False,
        initial=True,
        help_text=_("All that was paid and not kept with a reason, by the payment provider where it can."),
    )
    code = forms.CharField(label=_("Code"), max_length=10)

    def __init__(self, data: QueryDict | None = None, *, code: str) -> None:
        super().__init__(data)
        self.wanted = code
        self.fields["code"].widget.attrs["autocomplete"] = "off"
        self.fields["code"].help_text = _("Type %(code)s: this sends back much money.") % {"code": code}
        if not code:
            del self.fields["code"]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not (cleaned.get("cancels") or cleaned.get("refunds")):
            raise forms.ValidationError(_("Choose at least one of the two."))
        if cleaned.get("refunds") and self.wanted and str(cleaned.get("code", "")).strip().upper() != self.wanted:
            self.add_error("code", _("This is another code. What goes back may have changed: look again."))
        return cleaned

    @property
    def choices(self) -> dict[str, bool]:
        return {name: self.cleaned_data[name] for name in ("cancels", "refunds")}


_WORDS = {
    Refund.How.PROVIDER: _("by the payment provider, at once"),
    Refund.How.SAME: _("in the way it was paid: I do it myself"),
    Refund.How.TRANSFER: _("by bank transfer: I do it myself"),
    Refund.How.CASH: _("in cash: I do it myself"),
}
