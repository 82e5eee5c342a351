"""Structured references of transfers, which banks check while they are typed.

RF (ISO 11649) for the euro, in Belgium the twelve digits of +++123/1234/12345+++, the Dutch betalingskenmerk where it
is wanted; in Poland, and for złoty, the number alone, which is short enough for a title.
"""

from __future__ import annotations

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from kring.billing.models import Order
from kring.payments.models import Payment


class StructuredReference(models.TextChoices):
    """Which is printed."""

    COUNTRY = "country", _("as is usual where the account is held")
    CREDITOR = "creditor", _("RF, known to banks of all SEPA countries")
    BELGIAN = "belgian", _("+++123/1234/12345+++, of Belgium")
    DUTCH = "dutch", _("16 digits, of the Netherlands")
    NONE = "none", _("none: the number alone")


# From here on a number means an order, below it a payment. Ten digits is what Belgium has room for.
ORDERS, LARGEST = 5 * 10**9, 10**10
_LOOK_ALIKE = str.maketrans("OQILSZB", "0011528")

# From the right; the weight of the digit beside the check digit is 2.
_DUTCH_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def of_payment(payment: Payment, account: str, kind: str = StructuredReference.COUNTRY) -> str:
    """As it stands on the instructions, beside the reference in words; "" where no bank there knows any."""
    return _written(payment.pk, payment.reference, payment.currency, account, kind)


def of_order(order: Order, account: str, kind: str = StructuredReference.COUNTRY) -> str:
    """Of a bill, before anybody has begun to pay it."""
    return _written(ORDERS + order.pk, order.number, order.currency, account, kind)


def _written(number: int, reference: str, currency: str, account: str, kind: str) -> str:
    if currency != "EUR" or account.startswith("PL"):
        return ""
    if kind == StructuredReference.COUNTRY:
        kind = StructuredReference.BELGIAN if account.startswith("BE") else StructuredReference.CREDITOR
    match kind:
        case StructuredReference.BELGIAN if number < LARGEST:
            return in_belgium(number)
        case StructuredReference.DUTCH:
            return in_the_netherlands(number)
        case StructuredReference.CREDITOR:
            return creditor_reference(reference)
    return ""


def plain(printed: str) -> str:
    """As programs read it."""
    return re.sub(r"[^A-Z0-9]", "", printed)


def meant(number: int) -> tuple[type[Order] | type[Payment], int]:
    """Of what such a number is, and its key."""
    return (Order, number - ORDERS) if ORDERS <= number < LARGEST else (Payment, number)


def creditor_reference(reference: str) -> str:
    """`RF18 ABCD 2345 WXYZ`: in groups of four, as it is printed."""
    signs = plain(reference.upper())
    return _in_fours(f"RF{98 - _mod97(f'{signs}RF00'):02}{signs}")


def _in_fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def is_creditor_reference(text: str) -> bool:
    signs = re.sub(r"\s", "", text.upper())
    return bool(re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", signs)) and _mod97(signs[4:] + signs[:4]) == 1


def _mod97(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97


def in_belgium(number: int) -> str:
    """Of a number of up to ten digits."""
    digits = f"{number:010}"
    digits += f"{int(digits) % 97 or 97:02}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def in_the_netherlands(number: int) -> str:
    """Of a number of up to fifteen digits."""
    digits = f"{number:015}"
    return _in_fours(f"{_dutch_check(digits)}{digits}")


def numbers_in(text: str) -> set[int]:
    """Numbers whose reference of Belgium or the Netherlands the text has, written with blanks, signs, or none, or with
    letters that look like digits."""
    found: set[int] = set()
    for run in re.findall(r"[\dOQILSZB](?:[\s./+*-]*[\dOQILSZB]){11,}", text.upper()):
        digits = re.sub(r"\D", "", run.translate(_LOOK_ALIKE))
        for at in range(len(digits) - 11):
            if _is_belgian(digits[at : at + 12]):
                found.add(int(digits[at : at + 10]))
        for at in range(len(digits) - 15):
            if is_dutch(digits[at : at + 16]):
                found.add(int(digits[at + 1 : at + 16]))
    return found


def _is_belgian(digits: str) -> bool:
    return (int(digits[:10]) % 97 or 97) == int(digits[10:])


def is_dutch(digits: str) -> bool:
    """A betalingskenmerk of 16 digits, the first of which checks the others."""
    return len(digits) == 16 and digits.isdecimal() and int(digits[0]) == _dutch_check(digits[1:])


def _dutch_check(digits: str) -> int:
    total = sum(int(digit) * _DUTCH_WEIGHTS[at % 10] for at, digit in enumerate(reversed(digits)))
    return {10: 1, 11: 0}.get(found := 11 - total % 11, found)
