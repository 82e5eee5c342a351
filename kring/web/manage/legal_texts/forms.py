"""The form for the organisation's terms or privacy notice."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kring.organisations import legal_texts
from kring.organisations.models import LegalText

HELP = _("Markdown: **bold**, - list, [words](address).")


class LegalTextForm(forms.Form):
    """One text for each language; readers of other languages get the organisation's."""

    def __init__(self, data: Mapping[str, object] | None = None, *, latest: LegalText | None) -> None:
        super().__init__(data)
        texts = latest.texts if latest else {}
        for language, name in settings.LANGUAGES:
            self.fields[language] = forms.CharField(
                label=name,
                required=False,
                max_length=legal_texts.LONGEST,
                initial=texts.get(language, ""),
                help_text=HELP,
                # The words are in their own language, whatever the page's is.
                widget=forms.Textarea({"rows": 12, "lang": language, "spellcheck": "true"}),
            )

    def texts(self) -> dict[str, str]:
        return {language: self.cleaned_data[language] for language, _name in settings.LANGUAGES}
