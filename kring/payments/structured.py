"""Structured references of transfers, which banks check while they are typed.

RF (ISO 11649) for the euro, in Belgium the twelve digits of +++123/1234/12345+++; the Dutch betalingskenmerk is read,
and not printed.
"""

from __future__ import annotations

import re

from kring.payments.models import Payment

# From the right; the weight of the digit beside the check digit is 2.
_DUTCH_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def printed(payment: Payment, account: str) -> str:
    """As it stands on the instructions, beside the reference in words; "" where no bank there knows any."""
    if payment.currency != "EUR" or payment.pk is None:
        return ""
    return in_belgium(payment.pk) if account.startswith("BE") else creditor_reference(payment.reference)


def creditor_reference(reference: str) -> str:
    """`RF18 ABCD 2345 WXYZ`: in groups of four, as it is printed."""
    plain = re.sub(r"[^A-Z0-9]", "", reference.upper())
    whole = f"RF{98 - _mod97(f'{plain}RF00'):02}{plain}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def is_creditor_reference(text: str) -> bool:
    plain = re.sub(r"\s", "", text.upper())
    return bool(re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", plain)) and _mod97(plain[4:] + plain[:4]) == 1


def _mod97(text: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in text)) % 97


def in_belgium(number: int) -> str:
    """Of a number of up to ten digits."""
    digits = f"{number:010}"
    digits += f"{int(digits) % 97 or 97:02}"
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def numbers_in(text: str) -> set[int]:
    """Numbers whose reference of Belgium or the Netherlands the text has, written with blanks, signs, or none."""
    found: set[int] = set()
    for run in re.findall(r"\d(?:[\s./+*-]?\d){11,}", text):
        digits = re.sub(r"\D", "", run)
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
