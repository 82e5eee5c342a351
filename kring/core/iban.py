"""Account numbers as people type them."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException


def account_number(typed: str) -> str:
    """The IBAN without spaces; a Polish NRB (26 digits) gets the prefix PL that makes it an IBAN.

    Raises ValidationError when the check digits, the length or the country are wrong.
    """
    plain = re.sub(r"[\s.-]", "", typed).upper()
    if re.fullmatch(r"\d{26}", plain):
        plain = f"PL{plain}"
    try:
        return str(IBAN(plain, validate_bban=True))
    except SchwiftyException:
        raise ValidationError(
            _("Not a valid account number. Please check it digit by digit."), code="account"
        ) from None


def masked(number: str) -> str:
    """`NL91 … 4300`: enough for its owner to recognise it."""
    return f"{number[:4]} … {number[-4:]}" if len(number) > 8 else f"… {number[-4:]}" if number else ""


class AccountField(forms.CharField):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": 50, **kwargs})  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        return account_number(super().clean(value))
