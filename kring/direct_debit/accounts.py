"""Whether a bank would take a debit from an account: asked before it is in a file, so that none sinks the others."""

from __future__ import annotations

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from kring.core import sepa
from kring.core.sepa.accounts import needs_address
from kring.core.sepa.debits import Address
from kring.direct_debit.models import MandateVersion, NotCollected
from kring.dues.models import Payer

Why = NotCollected.Why


def why_not_reached(version: MandateVersion, payer: Payer) -> str:
    """Empty where nothing is against it."""
    try:
        IBAN(version.iban, validate_bban=True)
    except SchwiftyException:
        return Why.BAD_ACCOUNT
    if not sepa.is_reachable(version.iban):
        return Why.CLOSED_COUNTRY
    if not sepa.letters(version.holder, sepa.LONGEST_NAME):
        return Why.NO_NAME
    if needs_address(version.iban) and address_of(payer) is None:
        return Why.NO_ADDRESS
    return ""


def address_of(payer: Payer) -> Address | None:
    """None where town or country is missing, which banks outside the EEA want."""
    found = payer.address
    if not sepa.letters(found.city, 35) or len(found.country) != 2:
        return None
    number = " ".join(filter(None, [found.house_number, found.house_addition]))
    return Address(found.street, number, found.postal_code, found.city, found.country)
