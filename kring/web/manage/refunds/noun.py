"""Refunds: what goes back, to whom, how far it is; and what payers' banks take back (R6)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.payments.models import Dispute, Refund, TransferFile
from kring.registrations.models import RefundRunItem
from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

State, OfRun, OfFile = Refund.State, RefundRunItem.Outcome, TransferFile.State

NOUN = Noun(
    name="refunds",
    menu=MenuItem("manage:refunds", _("Refunds"), "receipt-refund"),
    pages={
        "see_orders": ["refunds", "refund", "disputes", "event_refund_run", "credits", "credit"],
        "change_orders": [
            *("payment_refund", "refund_taking_back", "refund_seen"),
            "credit_paying_out",
            *("refunds_by_file", "refund_account", "refund_account_request", "refund_returned"),
            *("transfer_file", "transfer_file_download", "transfer_file_confirmation", "transfer_file_discarding"),
            *("event_refund", "event_refund_stop", "event_refund_resume"),
        ],
    },
    # Pending, done and failed look as those of payments do.
    tones={
        "success": (State.DONE, Dispute.State.WON, OfFile.CARRIED_OUT),
        "info": (State.SENT, OfFile.MADE),
        "warning": (OfRun.BY_HAND, OfFile.DOWNLOADED),
        "danger": (State.REJECTED, Dispute.State.LOST),
    },
    audit_labels={
        "event.refund_begun": _("refund of an event begun"),
        "event.refund_stopped": _("refund of an event stopped"),
        "event.refund_resumed": _("refund of an event resumed"),
        "payment.refunded": _("refund recorded"),
        "payment.refund_asked": _("refund asked of the provider"),
        "payment.refund_for_a_file": _("refund to go by bank file"),
        "payment.refund_account_asked": _("account for a refund asked for"),
        "payment.refund_account_given": _("account for a refund entered"),
        "transfer_file.made": _("bank file made"),
        "transfer_file.downloaded": _("bank file downloaded"),
        "transfer_file.discarded": _("bank file thrown away"),
        "transfer_file.carried_out": _("bank file carried out"),
        "credit.paid_out": _("credit paid out"),
        "payment.given": _("refund kept as a gift"),
        "payment.refund_failed": _("refund failed"),
        "payment.refund_found": _("refund found that was made at the provider's site"),
        "payment.refund_not_believed": _("refund of a provider does not match"),
        "payment.refund_rejected": _("refund refused by the provider"),
        "payment.refund_seen": _("failed refund seen to"),
        "payment.refund_taken_back": _("refund taken back"),
        "payment.disputed": _("payment disputed by the payer"),
        "payment.dispute_won": _("dispute won"),
        "payment.dispute_lost": _("dispute lost"),
    },
)
