"""Collecting by SEPA direct debit: mandates, files for the bank, returns (C3)."""

from kring.direct_debit.models.creditor import CreditorAccount
from kring.direct_debit.models.mandate import Mandate, MandateVersion

__all__ = ["CreditorAccount", "Mandate", "MandateVersion"]
