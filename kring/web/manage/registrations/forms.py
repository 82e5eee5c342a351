from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kring.core import money
from kring.mail.placeholders import UnknownPlaceholder
from kring.registrations import mailing
from kring.registrations.own_cancelling import Returns
from kring.web.manage.shared.reason_form import ReasonForm


class CancellationForm(ReasonForm):
    """Where the rule of the event keeps a fee, it is kept only if staff say so."""

    by_rule = forms.BooleanField(required=False)
    seen = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, returns: Returns | None, currency: str) -> None:
        super().__init__(data)
        if returns is None or not returns.fee:
            del self.fields["by_rule"], self.fields["seen"]
            return
        amounts = {"fee": money.say(returns.fee, currency), "returned": money.say(returns.returned, currency)}
        self.fields["by_rule"].label = _("By the rule of the event: %(fee)s is kept, %(returned)s goes back") % amounts
        self.fields["by_rule"].help_text = _("Otherwise all that was paid goes back.")
        self.fields["seen"].initial = returns.returned

    def show_again(self) -> None:
        """After a refusal: with what goes back now."""
        if isinstance(self.data, QueryDict) and "seen" in self.fields:
            self.data = self.data.copy()
            self.data["seen"] = str(self.fields["seen"].initial)

    @property
    def is_by_rule(self) -> bool:
        return bool(self.cleaned_data.get("by_rule")) and self.cleaned_data.get("seen") is not None


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
