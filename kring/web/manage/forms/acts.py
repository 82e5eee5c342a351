"""What an act asks of whoever does it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.names import NameField
from kring.mail.placeholders import UnknownPlaceholder
from kring.registrations import mailing
from kring.web.manage.fields import AmountField


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It is kept, and told to those concerned."))


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


class RefundForm(ReasonForm):
    field_order = ("amount", "reason")
    amount = AmountField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01"))

    def __init__(self, data: Any = None, *, currency: str, left: Decimal) -> None:
        super().__init__(data, initial={"amount": left})
        self.fields["amount"].label = _("Amount (%(currency)s)") % {"currency": currency}
        self.fields["reason"].help_text = _("For the record.")


class DecisionForm(ReasonForm):
    """What becomes of an order that was paid too late."""

    GIVE_PLACES, GIVE_BACK, WAIT = "places", "money", "wait"

    field_order = ("choice", "reason")
    choice = forms.ChoiceField(
        label=_("What shall be done?"),
        widget=forms.RadioSelect,
        choices=[
            (GIVE_PLACES, _("Give the places, if there are any: the tickets are mailed")),
            (GIVE_BACK, _("Give the money back: I transfer it myself, the order is cancelled")),
        ],
    )

    def __init__(self, *args: Any, can_wait: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if can_wait:
            choice: Any = self.fields["choice"]
            said = _("Put it on the waiting list: it is completed when its turn comes, without paying again")
            choice.choices = [*choice.choices, (self.WAIT, said)]

    @property
    def done(self) -> Any:
        if self.cleaned_data["choice"] == self.GIVE_PLACES:
            return _("The order is completed and the tickets are on their way.")
        if self.cleaned_data["choice"] == self.WAIT:
            return _("The order is on the waiting list, and its buyer has been told.")
        return _("The order is cancelled and its money noted as given back.")


class EntranceForm(forms.Form):
    name = NameField(label=_("Name of the entrance"), max_length=100)
