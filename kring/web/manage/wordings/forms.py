"""The text of an email, as an organisation wants it (N1)."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal
from kring.mail import own_words, rewording
from kring.mail.kinds import MailKind
from kring.mail.models import Wording


class WordingForm(forms.ModelForm):
    class Meta:
        model = Wording
        fields = ("subject", "body")
        widgets = {"body": forms.Textarea({"rows": 16})}
        help_texts = {"body": _("Markdown: **bold**, - list, [words](address).")}

    def __init__(self, data: Mapping[str, object] | None = None, *, kind: MailKind, language: str) -> None:
        self.kind = kind
        self.stored = rewording.stored(kind, language)
        subject, body = (self.stored.subject, self.stored.body) if self.stored else rewording.offered(kind, language)
        super().__init__(data, initial={"subject": subject, "body": body})
        for field in self.fields.values():
            # The words are in the mail's language, whatever the page's is.
            field.widget.attrs |= {"lang": language, "spellcheck": "true"}

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        try:
            if {"subject", "body"} <= cleaned.keys():
                own_words.check(self.kind, **cleaned)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal))
        return cleaned

    def words(self) -> dict[str, str]:
        """The text to use: as sent, or the stored one where nothing was sent."""
        return dict(self.cleaned_data if self.is_bound else self.initial)
