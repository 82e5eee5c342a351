"""References of mandates: up to 35 letters, unique with the creditor identifier whatever their case."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_MANDATE_REFERENCE = 35
# The database's CHECK has them too (direct_debit/models/mandate.py).
LETTERS = r"^[A-Za-z0-9+?/:().,' -]{1,35}$"
BAD_SLASHES = r"^/|/$|//"


def mandate_reference(typed: str) -> str:
    """Raises ValidationError: letters that banks do not take, `/` at an end, or `//`."""
    plain = " ".join(typed.split())
    if not re.fullmatch(LETTERS, plain):
        raise ValidationError(
            _("A mandate reference has at most 35 letters without accents, digits and + ? / : ( ) . , ' -"),
            code="mandate_reference",
        )
    if re.search(BAD_SLASHES, plain):
        raise ValidationError(
            _("A mandate reference neither begins nor ends with / and has no // in it."), code="mandate_slashes"
        )
    return plain
