"""How much goes back, and how."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.iban import AccountField
from kring.core.names import NameField
from kring.core.sepa import Account
from kring.payments import refunding
from kring.payments.models import Payment, Refund
from kring.web.manage.payments.forms import LONG_AGO, AmountForm
from kring.web.manage.shared.fields import OptionalAccountField
from kring.web.manage.shared.reason_form import ReasonForm

LATEST = timedelta(days=60)


class WayForm(AmountForm, ReasonForm):
    """How money goes back: `ways`, the best first, to `payer`."""

    field_order = ("amount", "how", "holder", "iban", "given_on", "reason")
    how = forms.ChoiceField(label=_("How it is refunded"))
    given_on = forms.DateField(
        label=_("Sent on"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        required=False,
        help_text=_("Of a refund that you make yourself."),
    )
    holder = forms.CharField(label=_("Name of the account's holder"), max_length=70, required=False)
    iban = OptionalAccountField(label=_("Account number"), required=False)
    # What was left when the page was loaded: a second click, or another tab, gives back nothing more.
    seen = forms.DecimalField(widget=forms.HiddenInput, max_digits=12, decimal_places=2, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        ways: Sequence[str],
        payer: str,
        currency: str,
        offered: Decimal,
        left: Decimal,
    ) -> None:
        offers = {"how": ways[0], "given_on": timezone.localdate(), "seen": left}
        super().__init__(data, more=offers, currency=currency, offered=offered)
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)
        how.choices = [(way, _WORDS[Refund.How(way)]) for way in ways]
        self.fields["reason"].help_text = _("For the record.")
        self.fields["iban"].widget.attrs["data-groups-of-four"] = ""
        self.fields["iban"].help_text = _("For a bank file. Empty: %(payer)s is asked for the account by email.") % {
            "payer": payer or _("the payer")
        }
        if Refund.How.BANK_FILE not in ways:
            del self.fields["holder"], self.fields["iban"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = {name: cleaned.pop(name, "") for name in ("holder", "iban")}
        cleaned["account"] = None
        if cleaned.get("how") == Refund.How.BANK_FILE and any(given.values()):
            for name, value in given.items():
                if not value and name not in self.errors:
                    self.add_error(name, _("Enter both, or none of the two."))
            cleaned["account"] = Account(**given)
        return cleaned

    def clean_given_on(self) -> date:
        day: date = self.cleaned_data["given_on"] or timezone.localdate()
        if abs(day - timezone.localdate()) > LONG_AGO:
            raise forms.ValidationError(_("Give a date at most two years from today."))
        return day

    def look_again(self, left: Decimal) -> None:
        """Shown once more, it says what is left by now."""
        if self.is_bound:
            self.data = {**self.data, "seen": left}


class RefundForm(WayForm):
    def __init__(self, data: QueryDict | None = None, *, payment: Payment, offered: Decimal) -> None:
        super().__init__(
            data,
            ways=refunding.ways(payment),
            payer=payment.paid_by[0],
            currency=payment.currency,
            offered=offered,
            left=max(payment.left, Decimal(0)),
        )


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
    by_bank_file = forms.BooleanField(
        label=_("Refund by bank file what no provider can refund"),
        required=False,
        help_text=_(
            "Each payer is asked by email for an account. Then you make a file under “Refunds”, for your bank. Without "
            "this you refund them one by one."
        ),
    )
    code = forms.CharField(label=_("Code"), max_length=10)

    def __init__(self, data: QueryDict | None = None, *, code: str, has_some_by_hand: bool) -> None:
        super().__init__(data)
        if not has_some_by_hand:
            del self.fields["by_bank_file"]
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
        return {name: self.cleaned_data.get(name, False) for name in ("cancels", "refunds", "by_bank_file")}


class AccountForm(forms.Form):
    """Where it goes to."""

    holder = NameField(
        label=_("Name of the account's holder"), max_length=70, help_text=_("As the bank has it: banks compare names.")
    )
    iban = AccountField(
        label=_("Account number"),
        help_text=_("An IBAN, or a Polish account number of 26 digits."),
        widget=forms.TextInput({"data-groups-of-four": ""}),
    )

    @property
    def account(self) -> Account:
        return Account(**self.cleaned_data)


class SeenForm(forms.Form):
    """The state in which it was shown."""

    seen = forms.CharField(widget=forms.HiddenInput)


class TransferFileForm(forms.Form):
    """Which refunds, and when."""

    refunds = forms.TypedMultipleChoiceField(coerce=int)
    execute_on = forms.DateField(
        label=_("To be carried out on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: QueryDict | None = None, *, ready: Sequence[Refund]) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        super().__init__(data, initial={"execute_on": tomorrow, "refunds": [each.pk for each in ready]})
        refunds = self.fields["refunds"]
        assert isinstance(refunds, forms.TypedMultipleChoiceField)
        refunds.choices = [(each.pk, str(each)) for each in ready]
        refunds.error_messages["required"] = _("Choose at least one refund.")
        refunds.error_messages["invalid_choice"] = _("The list has changed meanwhile: look at it again.")

    def clean_execute_on(self) -> date:
        day: date = self.cleaned_data["execute_on"]
        if not timezone.localdate() <= day <= timezone.localdate() + LATEST:
            raise forms.ValidationError(_("Give a date from today on, at most sixty days ahead."))
        return day


_WORDS = {
    Refund.How.PROVIDER: _("by the payment provider, at once"),
    Refund.How.BANK_FILE: _("by bank file: together with others, in one file for your bank"),
    Refund.How.CREDIT: _("to their credit: it stays here, and pays later orders of theirs"),
    Refund.How.GIFT: _("not at all: the payer has said that it stays as a gift"),
    Refund.How.SAME: _("in the way it was paid: I do it myself"),
    Refund.How.TRANSFER: _("by bank transfer: I do it myself"),
    Refund.How.CASH: _("in cash: I do it myself"),
}
