"""The models of dues. One module for each noun; import from here."""

from kring.dues.models.contribution import KIND, Contribution, ContributionQuerySet
from kring.dues.models.payer import Address, Payer, PayerChoice, PayerQuerySet
from kring.dues.models.run import ContributionRun
from kring.dues.models.settings import DuesPaymentOption, DuesSettings

__all__ = [
    "KIND",
    "Address",
    "Contribution",
    "ContributionQuerySet",
    "ContributionRun",
    "DuesPaymentOption",
    "DuesSettings",
    "Payer",
    "PayerChoice",
    "PayerQuerySet",
]
