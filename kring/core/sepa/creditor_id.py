"""Creditor identifiers: who collects (EPC262-08). Two capital letters, check digits, business code, national part."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.eu import at_02

# How long they are in each country, as far as it is fixed there. Portugal: six digits, older papers say 23 letters.
LENGTHS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(["AT", "CH", "DE", "HR", "LI", "LV"], (18,)),
    **dict.fromkeys(["FR", "IE", "MC"], (13,)),
    "BE": (17, 18, 19, 20),
    "ES": (16,),
    "FI": (15,),
    "IT": (23,),
    "LU": (26,),
    "NL": (19,),
    "PL": (17,),
    "PT": (13, 23),
}
# Of the others no more is known than the longest that the files take.
SHORTEST, LONGEST = 8, 35


def creditor_id(typed: str) -> str:
    """Without blanks, in capitals. Raises ValidationError where digits or length are wrong."""
    plain = re.sub(r"\s", "", typed).upper()
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]+", plain) or not at_02.is_valid(plain):
        raise ValidationError(_("Not a valid creditor identifier. Please check it letter by letter."), code="creditor")
    lengths = LENGTHS.get(plain[:2], range(SHORTEST, LONGEST + 1))
    if len(plain) not in lengths:
        raise ValidationError(
            _("A creditor identifier of this country has %(length)s letters and digits."),
            code="creditor_length",
            params={"length": "/".join(map(str, lengths)) if plain[:2] in LENGTHS else f"{SHORTEST}–{LONGEST}"},
        )
    return plain
