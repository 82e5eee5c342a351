"""What is paid, given back and reported, and the organisation's accounts with providers (P3, P4, P6, P7, R6)."""

from kring.payments.models.credit import CreditAccount, CreditEntry
from kring.payments.models.difference import Difference
from kring.payments.models.dispute import Dispute
from kring.payments.models.incoming_transfer import IncomingTransfer, TransferShare
from kring.payments.models.notification import Notification
from kring.payments.models.pay_link import PayLink
from kring.payments.models.payee import Payee
from kring.payments.models.payment import KEPT, Found, Payment, PaymentQuerySet
from kring.payments.models.provider_account import ProviderAccount
from kring.payments.models.provider_entry import Payout, ProviderEntry, ProviderEntryQuerySet
from kring.payments.models.reconciliation import Reconciliation
from kring.payments.models.refund import Refund, RefundQuerySet
from kring.payments.models.saved_means import SavedMeans, SavedMeansQuerySet
from kring.payments.models.stripe_connection import StripeConnection
from kring.payments.models.transfer_file import TransferFile, TransferItem
from kring.payments.testpay.models import TestpayCharge

__all__ = [
    "KEPT",
    "CreditAccount",
    "CreditEntry",
    "Difference",
    "Dispute",
    "Found",
    "IncomingTransfer",
    "Notification",
    "PayLink",
    "Payee",
    "Payment",
    "PaymentQuerySet",
    "Payout",
    "ProviderAccount",
    "ProviderEntry",
    "ProviderEntryQuerySet",
    "Reconciliation",
    "Refund",
    "RefundQuerySet",
    "SavedMeans",
    "SavedMeansQuerySet",
    "StripeConnection",
    "TestpayCharge",
    "TransferFile",
    "TransferItem",
    "TransferShare",
]
