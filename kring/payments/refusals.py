"""Why a payment is not begun, trusted, undone or refunded."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class AlreadyPaid(Refusal):
    code = "already_paid"
    message = _("This order is already completed: there is nothing left to pay.")


class NotReady(Refusal):
    code = "not_ready"
    message = _("Enter the attendees first; then you can pay.")


class NotOffered(Refusal):
    code = "not_offered"
    message = _("This payment method is not available for this order.")


class OnlyByHand(Refusal):
    code = "only_by_hand"
    message = _("Only a payment that was confirmed by hand can be undone.")


class GivenBack(Refusal):
    code = "given_back"
    message = _("Part of this payment has already been refunded.")


class ConnectedMeanwhile(Refusal):
    code = "connected_meanwhile"
    message = _("Somebody else entered keys for this provider at the same moment. Look at them, and try again.")


class RefundTooLarge(Refusal):
    code = "refund_too_large"
    message = _("At most %(left)s can be refunded: no more came in.")


class RefundedMeanwhile(Refusal):
    code = "refunded_meanwhile"
    message = _("Nothing was refunded now: part of this payment has gone back in the meantime. %(left)s is left of it.")


class CannotBeSent(Refusal):
    code = "cannot_be_sent"
    message = _("This payment cannot be refunded by a payment provider. Choose another way.")
    field = "how"


class NobodyToAsk(Refusal):
    code = "nobody_to_ask"
    message = _("Nobody can be asked for the account: there is no email address. Enter the account yourself.")
    field = "iban"


class OutsideSepa(Refusal):
    status = 422
    code = "outside_sepa"
    message = _(
        "No bank file reaches this account: its country takes no SEPA transfers. Choose another account or way."
    )
    field = "iban"


class NoLatinLetters(Refusal):
    status = 422
    code = "no_latin_letters"
    message = _("Write the name in Latin letters, as the bank has it: other letters cannot be sent.")
    field = "holder"


class TooLateForAccount(Refusal):
    code = "too_late_for_account"
    message = _("The account cannot be changed any more: the transfer has been prepared, or is not needed any more.")


class NothingForAFile(Refusal):
    code = "nothing_for_a_file"
    message = _("None of these can go into a file any more. Look again: somebody may have made one just now.")


class NoOwnAccount(Refusal):
    code = "no_own_account"
    message = _("Enter the organisation's bank account, an IBAN, in the settings first: the file pays from it.")


class Forgotten(Refusal):
    code = "forgotten"
    message = _("This file was deleted, since account numbers are kept no longer than they are needed.")


class NobodysCredit(Refusal):
    code = "nobodys_credit"
    message = _("There is no email address of the payer, so nobody could use the credit. Choose another way.")
    field = "how"


class NotEnoughCredit(Refusal):
    code = "not_enough_credit"
    message = _("Only %(left)s of the credit is left.")
    field = "amount"


class CreditChangedMeanwhile(Refusal):
    code = "credit_changed_meanwhile"
    message = _("Nothing was paid out now: the credit has changed in the meantime. It is %(left)s now.")


class NotByBankFile(Refusal):
    code = "not_by_bank_file"
    message = _("Only what went to the bank in a file can be returned by it.")


class TooLateToTakeBack(Refusal):
    code = "too_late_to_take_back"
    message = _("This refund cannot be taken back any more: the money is on its way.")


class NoAmount(Refusal):
    status = 422
    code = "no_amount"
    message = _("Give an amount above zero, in whole cents.")
    field = "amount"


class KeepsTooMuch(Refusal):
    code = "keeps_too_much"
    message = _("At most %(left)s can be kept: no more came in than that.")
    field = "amount"


class TakenAlready(Refusal):
    code = "taken_already"
    message = _("This was received a moment ago, here or at another entrance. Nothing is recorded twice.")


class PaysTooMuch(Refusal):
    code = "pays_too_much"
    message = _("Only %(left)s is still open: choose that, or less.")
    field = "amount"


class MeansNotUsable(Refusal):
    code = "saved_account_not_usable"
    message = _("This saved account cannot be charged now: it was revoked, or belongs to another payment service.")


class DebitUnderWay(Refusal):
    code = "debit_under_way"
    message = _(
        "An account is being debited for this already. Wait until the bank has answered: nothing is paid twice."
    )


def refuse_bad_amount(amount: Decimal) -> None:
    """Not a number, zero or less, or fractions of a cent. Raises NoAmount."""
    if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
        raise NoAmount
