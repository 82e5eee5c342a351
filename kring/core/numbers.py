"""Numbers as people type and read them."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.formats import get_format, number_format

# Between thousands, where the language does not use comma or point for that: spaces of all widths, and apostrophes.
_GAPS = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
_ONE_SIGN = re.compile(r"([+-]?\d+)([.,])(\d+)")


def plain_number(text: str) -> str:
    """Text typed in the active language, in the form `Decimal` reads: 1000.5 for 1,000.5 or 1.000,5 or 1 000,5.

    12.5 and 12,5 mean the same in every language: keyboards offer one or the other. An ambiguous text such as 1,000 is
    read as in the active language. What is no number is returned unchanged.
    """
    # The minus sign of documents, not that of keyboards.
    text = _GAPS.sub("", text.strip().replace("\u2212", "-"))
    decimal = str(get_format("DECIMAL_SEPARATOR"))
    if found := _ONE_SIGN.fullmatch(text):
        whole, sign, rest = found.groups()
        are_thousands = sign != decimal and len(rest) == 3 and 1 <= len(whole.lstrip("+-").lstrip("0")) <= 3
        return f"{whole}{rest}" if are_thousands else f"{whole}.{rest}"
    for thousands, other in (".,", ",."):
        if re.fullmatch(rf"[+-]?\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{other}\d*)?", text):
            return text.replace(thousands, "").replace(other, ".")
    return text


def shown(value: Decimal) -> str:
    """Formatted for the active language, without trailing zeros: 12 for 12.0000, 12,5 in Dutch."""
    return number_format(format(without_noughts(value), "f"))


def without_noughts(value: Decimal) -> Decimal:
    """12 for 12.0000, and 1200 for 1200.00: never 1.2E+3."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
