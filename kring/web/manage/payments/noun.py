"""Payments: confirmed, kept; and the notifications of providers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.payments.models import Notification, Payment
from kring.web.access import MAKER
from kring.web.manage.noun import ORGANISER, TREASURER, Noun

State, OfNotice = Payment.State, Notification.State

NOUN = Noun(
    name="payments",
    # Confirming a payment is the organiser's right too (R7); other acts on money are not.
    rights={"confirm_payments": frozenset({ORGANISER, TREASURER})},
    pages={
        "see_orders": ["notifications"],
        "confirm_payments": ["payment_confirmation", "payment_undoing"],
        "change_orders": ["order_keeping", "incoming_transfer"],
    },
    opens_also_to={MAKER: ["payment_confirmation", "payment_undoing"]},
    tones={
        "success": (State.PAID, OfNotice.APPLIED),
        "info": (State.CREATED, OfNotice.STORED),
        "warning": (State.PENDING,),
        "danger": (State.FAILED, OfNotice.REFUSED),
        "neutral": (State.CANCELLED, OfNotice.IGNORED),
    },
    audit_labels={
        "payment.carried_over": _("payment taken along to another order"),
        "payment.begun": _("payment started"),
        "payment.charged": _("saved account to be debited"),
        "payment.failed": _("payment failed"),
        "payment.not_believed": _("payment notification rejected"),
        "payment.received": _("payment received"),
        "payment.surplus": _("too much received"),
        "payment.taken_on_site": _("cash received on site"),
        "payment.too_little": _("too little received"),
        "payment.transfer_booked": _("transfer booked on orders"),
        "payment.transfer_taken_back": _("booking of a transfer taken back"),
        "payment.unconfirmed": _("paid at the provider, not confirmed yet"),
        "payment.undone": _("payment confirmation undone"),
    },
)
