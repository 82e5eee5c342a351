"""Amounts, days and account numbers as banks write them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_NUMBER = re.compile(r"[+-]?\d[\d.,'\s\u00a0\u202f]*")
# Where only figures stand: 20260114, and 14.01.26, 14-1-2026.
_DAYS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})[./](?P<m>\d{1,2})[./](?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4}|\d{2})"),
)
# Largest sum of a column, so that nothing breaks what adds them up.
MOST = Decimal(10) ** 12


def amount(text: str, decimal: str = "") -> Decimal | None:
    """1234.5 for 1.234,50 and 1,234.50 and 1234,5-; None for what is no amount. `decimal`: the sign before cents, where
    it is known: 1,234 alone may be either."""
    plain = text.strip().translate(_SIGNS)
    is_below = (plain.startswith("(") and plain.endswith(")")) or plain.endswith("-")
    found = _NUMBER.search(plain)
    if not found:
        return None
    figures = re.sub(r"[\s'\u00a0\u202f]", "", found[0]).rstrip(".,") or "0"
    sign = decimal or decimal_sign([figures])
    figures = figures.replace({",": ".", ".": ","}[sign], "").replace(sign, ".")
    try:
        value = Decimal(figures)
    except InvalidOperation:
        return None
    if abs(value) > MOST:
        return None
    return -value if is_below and value > 0 else value


def decimal_sign(texts: Iterable[str]) -> str:
    """Of amounts of one column, the sign before the cents."""
    point = comma = 0
    for text in texts:
        figures = re.sub(r"[^\d.,]", "", text)
        last = max(figures.rfind("."), figures.rfind(","))
        if last < 0:
            continue
        other = figures.rfind("," if figures[last] == "." else ".", 0, last)
        if other >= 0 or len(figures) - last - 1 != 3:
            point += figures[last] == "."
            comma += figures[last] == ","
        else:
            # One sign before three figures: between thousands.
            point += figures[last] == ","
            comma += figures[last] == "."
    return "," if comma > point else "."


def day(text: str) -> tuple[date | None, bool]:
    """The day, and whether it is in the calendar: 30 February, which banks compute with, is the last of its month."""
    plain = text.strip()
    for pattern in _DAYS:
        if found := pattern.match(plain):
            year, month, number = (int(found[part]) for part in "ymd")
            if year < 100:
                year += 2000 if year < 80 else 1900
            return in_calendar(year, month, number)
    return None, False


def in_calendar(year: int, month: int, number: int) -> tuple[date | None, bool]:
    try:
        return date(year, month, number), True
    except ValueError:
        if not (1 <= month <= 12 and 28 < number <= 31 and 1 <= year <= 9999):
            return None, False
    return date(year, month, calendar.monthrange(year, month)[1]), False


def account(text: str) -> str:
    """The IBAN without blanks; a Polish NRB (26 digits) becomes one; any other number in its letters and digits."""
    plain = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    if re.fullmatch(r"\d{26}", plain) and is_iban(f"PL{plain}"):
        return f"PL{plain}"
    return plain[:34]


def is_iban(text: str) -> bool:
    try:
        IBAN(text)
    except SchwiftyException:
        return False
    return True


def line_of(text: str | None) -> str:
    """In one line, without what cannot be kept."""
    return " ".join((text or "").replace("\0", "").split())
