from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.mail.placeholders import UnknownPlaceholder
from kring.registrations import mailing


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
