"""What to do about a difference, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kring.payments.method import Text
from kring.payments.models import Difference

Kind = Difference.Kind

TO_DO: Mapping[str, Text] = {
    Kind.UNKNOWN_MONEY: _(
        "Look it up at the provider's site by its name there. If it was paid for an order, book it on that order. If it"
        " is not for you, refund it there, and note that here."
    ),
    Kind.NOT_LISTED: _(
        "The payment counts as received here. Look at the provider's site whether the money is there. If not, ask the"
        " provider; if it was confirmed here by mistake, undo that on the page of the order."
    ),
    Kind.NOT_PAID_HERE: _(
        "The provider has the money, and does not say so when it is asked about this payment. Look at its site; a"
        " payment that failed or was cancelled here can be confirmed on the page of the order."
    ),
    Kind.AMOUNT: _(
        "Look at the provider's site what was paid. If it was less, ask the payer for the rest, or the provider for the"
        " reason; if it was more, refund the difference there."
    ),
    Kind.REFUNDED_THERE: _(
        "The provider was asked for its refunds of this payment, and they still do not agree. Look at its site, and"
        " record on the page of the order what is missing there."
    ),
    Kind.REFUND_NOT_LISTED: _(
        "The refund counts as made here. Look at the provider's site whether the money went. If not, take the refund"
        " back here, and make it anew."
    ),
    Kind.CHARGED_BACK: _(
        "The provider was asked for the disputes of this payment, and they still do not agree. Look at its site, and"
        " answer there what waits for an answer."
    ),
}
