"""What providers have booked, compared with what we have: differences, payouts, fees (P7)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.payments.models import Difference, Payout, ProviderEntry
from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

State, OfEntry = Difference.State, ProviderEntry.Kind

NOUN = Noun(
    name="reconciliation",
    menu=MenuItem("manage:reconciliation", _("Reconciliation"), "zoom-check"),
    pages={
        "see_orders": [
            *("reconciliation", "differences", "difference", "provider_entries", "payouts", "payout"),
            *("reconciliation_period", "reconciliation_file"),
        ],
        "change_orders": [
            *("difference_seen", "difference_booking", "reconciliation_now", "reconciliation_sharing"),
        ],
    },
    tones={
        "success": (State.SETTLED, Payout.State.PAID, OfEntry.PAYMENT),
        "info": (Payout.State.ANNOUNCED, OfEntry.REFUND),
        "danger": (State.OPEN, Payout.State.FAILED, OfEntry.DISPUTE),
        "neutral": (State.SEEN, OfEntry.FEE, OfEntry.OTHER),
    },
    audit_labels={
        "reconciliation.booked": _("money at a provider booked on an order"),
        "reconciliation.seen": _("difference with a provider seen to"),
        "reconciliation.shared": _("account with a provider used elsewhere too, or no more"),
    },
)
