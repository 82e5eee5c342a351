"""Accounts in the SEPA area."""

from __future__ import annotations

from dataclasses import dataclass

from schwifty import IBAN

# Countries of the SEPA area outside the EEA: banks there want the payer's address in a direct debit.
OUTSIDE_THE_EEA = frozenset(["AD", "AL", "CH", "GB", "GG", "GI", "IM", "JE", "MC", "MD", "ME", "MK", "RS", "SM", "VA"])


@dataclass(frozen=True)
class Account:
    """`holder` as their bank has it; `iban` without blanks."""

    holder: str
    iban: str


def is_reachable(iban: str) -> bool:
    """A SEPA transfer or direct debit arrives there."""
    return IBAN(iban).in_sepa_zone


def needs_address(iban: str) -> bool:
    return iban[:2] in OUTSIDE_THE_EEA


def is_same_bank(iban: str, other: str) -> bool:
    first, second = IBAN(iban, allow_invalid=True), IBAN(other, allow_invalid=True)
    return (first.country_code, first.bank_code) == (second.country_code, second.bank_code)
