from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class ReferenceTaken(Refusal):
    code = "mandate_reference_taken"
    message = _("Another mandate has this reference, if only in other letters.")
    field = "reference"


class HasMandate(Refusal):
    code = "has_mandate"
    message = _("This payer has a mandate already. Change that one, or end it first.")


class AccountOutsideSepa(Refusal):
    status = 422
    code = "account_outside_sepa"
    message = _("Direct debits do not reach an account in this country.")
    field = "iban"


class NoCreditor(Refusal):
    code = "no_creditor"
    message = _("There is no account for collecting yet. Add one first.")


class HolderWithoutLetters(Refusal):
    status = 422
    code = "holder_without_letters"
    message = _("Banks read Latin letters only, and none is left of this name. Write it in Latin letters.")
    field = "holder"


class StillUsed(Refusal):
    code = "creditor_still_used"
    message = _("A collection of this account is not finished. Finish it, or call it off, first.")
