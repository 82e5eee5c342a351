"""The models of dues. One module for each noun; import from here."""

from kring.dues.models.contribution import KIND, Contribution, ContributionQuerySet, is_overdue
from kring.dues.models.donation import DonationReceipt, DonationSettings
from kring.dues.models.fees import (
    FeeRow,
    FeeTable,
    MemberFee,
    MemberFeeChange,
    Reduction,
    Surcharge,
    SurchargedMember,
)
from kring.dues.models.payer import Address, Payer, PayerChoice, PayerQuerySet
from kring.dues.models.reminder import (
    Channel,
    Reminder,
    ReminderItem,
    ReminderPause,
    ReminderQuerySet,
    ReminderSettings,
    ReminderStep,
    Tone,
)
from kring.dues.models.run import ContributionRun
from kring.dues.models.settings import DuesPaymentOption, DuesSettings

__all__ = [
    "KIND",
    "Address",
    "Channel",
    "Contribution",
    "ContributionQuerySet",
    "ContributionRun",
    "DonationReceipt",
    "DonationSettings",
    "DuesPaymentOption",
    "DuesSettings",
    "FeeRow",
    "FeeTable",
    "MemberFee",
    "MemberFeeChange",
    "Payer",
    "PayerChoice",
    "PayerQuerySet",
    "Reduction",
    "Reminder",
    "ReminderItem",
    "ReminderPause",
    "ReminderQuerySet",
    "ReminderSettings",
    "ReminderStep",
    "Surcharge",
    "SurchargedMember",
    "Tone",
    "is_overdue",
]
