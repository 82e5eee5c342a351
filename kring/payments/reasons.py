"""Why a payment failed, as a sentence: providers send codes, or texts in no language that payers read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kring.core import money
from kring.payments.methods import UnknownMethod, method

if TYPE_CHECKING:
    from kring.payments.models import Payment

_NO_MONEY = gettext_lazy("There is not enough money on the account.")
_CARD_REFUSED = gettext_lazy("The bank declined the card.")
_BANK_REFUSED = gettext_lazy("The bank declined the payment.")
_CARD_EXPIRED = gettext_lazy("The card has expired.")
_WRONG_CARD = gettext_lazy("The details of the card are not right.")
_NOT_CONFIRMED = gettext_lazy("The bank could not confirm that it was you who paid.")
_LIMIT = gettext_lazy("The payment is above the limit of the card or account.")
_TIME_IS_UP = gettext_lazy("The time to pay has run out.")
_CANCELLED = gettext_lazy("The payment was cancelled.")
_TRY_AGAIN = gettext_lazy("The bank could not process the payment just now.")
_WRONG_ACCOUNT = gettext_lazy("The bank does not know the account, or its details are not right.")
_NO_DEBITS = gettext_lazy("The account is closed or blocked, or takes no direct debits.")
_NO_MANDATE = gettext_lazy("There is no valid mandate for direct debits from this account.")
_HOLDER_REFUSED = gettext_lazy("The account's holder refused the direct debit, or had it paid back.")
_TOO_OFTEN = gettext_lazy("The bank has received this payment before, or too many like it.")

# Common failure codes of providers: of Stripe (stripe.com/docs/declines/codes), of Mollie, Adyen and PayU, and of
# our TestPay. A method's own `reasons` come first.
REASONS: Mapping[str, Promise] = {
    **dict.fromkeys(("insufficient_funds", "insufficient_balance", "not_enough_balance"), _NO_MONEY),
    **dict.fromkeys(
        ("card_declined", "generic_decline", "do_not_honor", "card_not_supported", "refused"), _CARD_REFUSED
    ),
    **dict.fromkeys(("lost_card", "stolen_card", "pickup_card", "restricted_card", "fraudulent"), _CARD_REFUSED),
    **dict.fromkeys(("call_issuer", "transaction_not_allowed", "not_permitted", "card_blocked"), _CARD_REFUSED),
    **dict.fromkeys(("declined", "rejected", "failed", "payment_intent_payment_attempt_failed"), _BANK_REFUSED),
    **dict.fromkeys(("debit_not_authorized", "account_closed", "no_account", "bank_account_declined"), _BANK_REFUSED),
    **dict.fromkeys(("expired_card", "card_expired"), _CARD_EXPIRED),
    **dict.fromkeys(
        ("incorrect_cvc", "invalid_cvc", "incorrect_number", "invalid_number", "incorrect_zip"), _WRONG_CARD
    ),
    **dict.fromkeys(("invalid_expiry_month", "invalid_expiry_year", "invalid_card_number", "invalid_cvv"), _WRONG_CARD),
    **dict.fromkeys(("authentication_required", "authentication_failed", "card_authentication_failed"), _NOT_CONFIRMED),
    **dict.fromkeys(("payment_intent_authentication_failure", "3d_secure_failed", "incorrect_pin"), _NOT_CONFIRMED),
    **dict.fromkeys(("card_velocity_exceeded", "withdrawal_count_limit_exceeded", "amount_too_large"), _LIMIT),
    **dict.fromkeys(("expired", "payment_intent_payment_attempt_expired", "session_expired", "timeout"), _TIME_IS_UP),
    **dict.fromkeys(
        ("cancelled", "canceled", "cancelled_by_customer", "canceled_by_customer", "abandoned"), _CANCELLED
    ),
    **dict.fromkeys(("processing_error", "try_again_later", "issuer_not_available", "reenter_transaction"), _TRY_AGAIN),
    **dict.fromkeys(("duplicate_transaction", "pin_try_exceeded"), _TOO_OFTEN),
    # Of direct debits: the codes of banks (ISO 20022), and those of Stripe, Mollie and ours.
    "am04": _NO_MONEY,
    **dict.fromkeys(("ms03", "slor"), _BANK_REFUSED),
    **dict.fromkeys(("ac01", "rc01", "be05", "invalid_bank_account"), _WRONG_ACCOUNT),
    **dict.fromkeys(("ac04", "ac06", "ac13", "ag01", "cnor", "dnor", "bank_account_unusable"), _NO_DEBITS),
    **dict.fromkeys(("md01", "md02", "payment_method_mandate_inactive", "mandate_declined"), _NO_MANDATE),
    **dict.fromkeys(("md06", "ms02", "sl01", "refer_to_customer"), _HOLDER_REFUSED),
    "md07": _BANK_REFUSED,
    "am05": _TOO_OFTEN,
    "not_sent": gettext_lazy("It was called off before it went to the bank."),
}
# Outcomes of a notification (inbox.py), as stored.
OUTCOMES = {
    "unknown payment": gettext_lazy("It is about a payment that is not known here."),
    "received": gettext_lazy("The payment was recorded as received."),
    "failed": gettext_lazy("The payment was recorded as failed."),
    "to be confirmed": gettext_lazy("Paid; the provider is asked to confirm it."),
    "still in progress": gettext_lazy("The payment is still in progress."),
    "had ended before": gettext_lazy("The payment had ended before."),
    "refunded": gettext_lazy("A refund was recorded."),
    "disputed": gettext_lazy("A dispute was recorded."),
}
_OTHER_AMOUNT = re.compile(
    r"(?P<told>-?\d+(?:\.\d+)?) (?P<in>[A-Z]{3}) instead of (?P<asked>\d+\.\d+) (?P<for>[A-Z]{3})"
)
_CODE = re.compile(r"[A-Za-z0-9]+(?:[_.:-][A-Za-z0-9]+)*")


def sentence(reason: str, own: Mapping[str, str | Promise] | None = None) -> str:
    """In the active language, whatever the provider sent; "" where it sent nothing. `own`: of the method."""
    if not reason:
        return ""
    known = (own or {}).get(reason) or REASONS.get(reason.lower().replace("-", "_"))
    if known:
        return str(known)
    if _CODE.fullmatch(reason):
        return _("The payment failed; the provider gave no further reason.")
    return _("The payment failed. The provider says: “%(reason)s”") % {"reason": reason}


def outcome(kept: str) -> str:
    """The outcome of a provider's notification, as a sentence in the active language."""
    if found := _OTHER_AMOUNT.fullmatch(kept):
        reported, expected = (
            money.say(Decimal(found["told"]), found["in"]),
            money.say(Decimal(found["asked"]), found["for"]),
        )
        return _("It reports %(told)s where %(asked)s was due.") % {"told": reported, "asked": expected}
    return str(OUTCOMES.get(kept, kept))


def why_failed(payment: Payment) -> str:
    """As `sentence`; the code itself is on the row, and in the log."""
    try:
        own = method(payment.method).reasons
    except UnknownMethod:
        own = {}
    return sentence(payment.failure_reason, own)
