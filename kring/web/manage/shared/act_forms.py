"""What an act asks of whoever does it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameField
from kring.mail.placeholders import UnknownPlaceholder
from kring.payments.models import Refund
from kring.registrations import mailing
from kring.web.manage.shared.fields import AmountField

LONG_AGO = timedelta(days=731)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("It is recorded and sent to the people concerned.")
    )


class MailForm(forms.Form):
    """A mail in the organiser's own words; what stands in braces is filled in for each."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Markdown: **bold**, - list, [words](address)."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        try:
            mailing.check(said.get("subject", ""), said.get("text", ""))
        except UnknownPlaceholder as refusal:
            raise forms.ValidationError(str(refusal))
        return said


class _AmountForm(forms.Form):
    """Begins with an amount; what is not typed at all stays as it is offered."""

    amount = AmountField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))

    def __init__(self, data: Any = None, *, currency: str, offered: Decimal) -> None:
        offers = {"amount": offered, "on": timezone.localdate(), "given_on": timezone.localdate(), "how": "same"}
        super().__init__(None if data is None else {**offers, **data.dict()}, initial=offers)
        self.fields["amount"].label = _("Amount (%(currency)s)") % {"currency": currency}


class ReceiptForm(_AmountForm):
    """What has come in, as it is."""

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


class RefundForm(_AmountForm, ReasonForm):
    field_order = ("amount", "how", "given_on", "reason")
    how = forms.ChoiceField(label=_("How it is refunded"), choices=Refund.How.choices)
    given_on = forms.DateField(label=_("Sent on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["reason"].help_text = _("For the record.")

    def clean_given_on(self) -> date:
        day: date = self.cleaned_data["given_on"]
        if abs(day - timezone.localdate()) > LONG_AGO:
            raise forms.ValidationError(_("Give a date at most two years from today."))
        return day


class KeepForm(_AmountForm, ReasonForm):
    field_order = ("amount", "reason")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["reason"].help_text = _("For the record, such as the costs of a late cancellation.")


class DecisionForm(ReasonForm):
    """What becomes of an order that was paid too late."""

    GIVE_PLACES, GIVE_BACK, WAIT = "places", "money", "wait"

    field_order = ("choice", "reason")
    choice = forms.ChoiceField(
        label=_("What would you like to do?"),
        widget=forms.RadioSelect,
        choices=[
            (GIVE_PLACES, _("Give the places, if there are any: the tickets are sent by mail")),
            (GIVE_BACK, _("Refund the money: I transfer it myself, and the order is cancelled")),
        ],
    )

    def __init__(self, *args: Any, can_wait: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if can_wait:
            choice: Any = self.fields["choice"]
            said = _("Add it to the waiting list: it is completed when its turn comes, without paying again")
            choice.choices = [*choice.choices, (self.WAIT, said)]

    @property
    def done(self) -> Any:
        if self.cleaned_data["choice"] == self.GIVE_PLACES:
            return _("The order is completed and the tickets are on their way.")
        if self.cleaned_data["choice"] == self.WAIT:
            return _("The order is on the waiting list, and the buyer has been notified.")
        return _("The order is cancelled and the refund recorded.")


class EntranceForm(forms.Form):
    name = NameField(label=_("Name of the entrance"), max_length=100)
