"""Files that SEPA banks take, in the EPC's letters and lengths, and the numbers in them. No database."""

from kring.core.sepa.accounts import Account, is_reachable
from kring.core.sepa.text import LONGEST_NAME, LONGEST_REFERENCE, LONGEST_TEXT, letters
from kring.core.sepa.transfers import NAMESPACE, Transfer, credit_transfers

__all__ = [
    "LONGEST_NAME",
    "LONGEST_REFERENCE",
    "LONGEST_TEXT",
    "NAMESPACE",
    "Account",
    "Transfer",
    "credit_transfers",
    "is_reachable",
    "letters",
]
