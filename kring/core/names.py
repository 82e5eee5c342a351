"""Names of people and things: one rule for forms and the API."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# They change the direction of the surrounding text, on pages, in mails and in PDFs (UAX 9).
BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Blanks, controls, formats, fillers and selectors: characters that are invisible by themselves.
UNSEEN = (
    r"\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    + "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
SEEN = re.compile(f"[^{UNSEEN}]")
# What PostgreSQL does not keep: NUL, and halves of characters.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def one_line(text: str, most: int) -> str:
    """What somebody typed beside a form, as it can be kept: a reason, a note."""
    return " ".join(UNSTORABLE.sub("", text).split())[:most]


def clean(name: str) -> str:
    """Without surrounding blanks and direction controls. Raises ValidationError where nothing visible is left."""
    if UNSTORABLE.search(name):
        raise ValidationError(_("This contains characters that cannot be displayed."), code="no_letters")
    name = " ".join(name.translate(BIDI_CONTROLS).split())
    if not SEEN.search(name):
        raise ValidationError(_("This name has no visible characters."), code="nothing_to_see")
    return name


class NameField(forms.CharField):
    """An empty one is left to `required`."""

    def to_python(self, value: object) -> Any:
        text = super().to_python(value)
        return clean(text) if text else text


class NameColumn(models.CharField):
    """A column of names: its forms apply the rule."""

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**options if self.choices else {"form_class": NameField} | options)

    def deconstruct(self) -> Any:
        # The same column: it makes no difference to migrations.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options
