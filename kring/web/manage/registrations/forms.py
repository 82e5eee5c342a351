from __future__ import annotations

from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.core import money
from kring.core.form_fields import AmountField
from kring.mail.placeholders import UnknownPlaceholder
from kring.registrations import mailing
from kring.registrations.own_cancelling import Returns
from kring.web.manage.shared.reason_form import ReasonForm


class CancellationForm(ReasonForm):
    """Where something was paid, staff are proposed what the terms of the event give back, and decide."""

    field_order = ("goes_back", "reason", "seen")
    goes_back = AmountField(max_digits=10, decimal_places=2, min_value=Decimal(0))
    # What the terms gave when the page was loaded.
    seen = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, returns: Returns | None, terms: list[str], currency: str) -> None:
        asked = returns if returns and returns.paid else None
        if asked and data is not None and "goes_back" not in data:
            data = data.copy()
            data["goes_back"] = data["seen"] = str(asked.returned)
        super().__init__(data)
        if asked is None:
            del self.fields["goes_back"], self.fields["seen"]
            return
        field, paid = self.fields["goes_back"], money.say(asked.paid, currency)
        field.initial = self.fields["seen"].initial = asked.returned
        field.label = _("Goes back (%(currency)s)") % {"currency": currency}
        words = {"terms": " · ".join(terms), "paid": paid}
        field.help_text = (
            _("The terms: %(terms)s. You may decide otherwise, up to the %(paid)s that were paid.") % words
        )

    def show_again(self) -> None:
        """After a refusal: with what the terms give now, in place of what they gave before."""
        if not isinstance(self.data, QueryDict) or "seen" not in self.fields:
            return
        now, typed = self.fields["seen"].initial, self.cleaned_data
        self.data = self.data.copy()
        if typed.get("seen") != now and typed.get("goes_back") == typed.get("seen"):
            self.data["goes_back"] = self.fields["goes_back"].prepare_value(now)
        self.data["seen"] = str(now)

    @property
    def decided(self) -> Decimal | None:
        """None: nothing was paid."""
        return self.cleaned_data.get("goes_back")

    @property
    def was_seen(self) -> Decimal:
        return self.cleaned_data.get("seen") or Decimal(0)


class BulkCancellationForm(ReasonForm):
    field_order = ("by_terms", "reason")
    by_terms = forms.BooleanField(
        label=_("By the refund terms of the event"),
        required=False,
        initial=True,
        help_text=_("What they keep of each ticket is kept. Otherwise all that was paid goes back."),
    )


class MailForm(forms.Form):
    """An email in the organiser's own words; placeholders in braces are filled in for each."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Markdown: **bold**, - list, [words](address)."),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        try:
            mailing.check(cleaned.get("subject", ""), cleaned.get("text", ""))
        except UnknownPlaceholder as refusal:
            raise forms.ValidationError(str(refusal))
        return cleaned
