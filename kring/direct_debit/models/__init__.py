"""Collecting by SEPA direct debit: mandates, files for the bank, returns (C3)."""

from kring.direct_debit.models.creditor import CreditorAccount
from kring.direct_debit.models.debit import Debit, DebitItem, DebitReturn, NotCollected
from kring.direct_debit.models.mandate import Mandate, MandateVersion
from kring.direct_debit.models.provider import ProviderCollection, ProviderDebit, ProviderMandate
from kring.direct_debit.models.reason import ReturnRule
from kring.direct_debit.models.run import CollectionFile, CollectionRun
from kring.direct_debit.models.upload import MandateUpload

__all__ = [
    "CollectionFile",
    "CollectionRun",
    "CreditorAccount",
    "Debit",
    "DebitItem",
    "DebitReturn",
    "Mandate",
    "MandateUpload",
    "MandateVersion",
    "NotCollected",
    "ProviderCollection",
    "ProviderDebit",
    "ProviderMandate",
    "ReturnRule",
]
