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


class ColumnsOfMandates(Refusal):
    status = 422
    code = "columns_of_mandates"
    message = _("Say which columns have the IBAN, the day of signing, and the member number or the email.")


class StillUsed(Refusal):
    code = "creditor_still_used"
    message = _("A collection of this account is not finished. Finish it, or call it off, first.")


class NothingToCollect(Refusal):
    code = "nothing_to_collect"
    message = _("There is nothing to collect. The list below says why.")


class PlanChanged(Refusal):
    code = "collection_plan_changed"
    message = _("Something has changed since you looked. Look again, and then announce it.")


class SamePerson(Refusal):
    status = 403
    code = "same_person"
    message = _("Somebody else has to release it: you have prepared it.")


class TooLateForTheBank(Refusal):
    code = "too_late_for_the_bank"
    message = _("The bank cannot collect on %(day)s any more. Call it off, and announce a later day.")


class NothingLeft(Refusal):
    code = "nothing_left_to_collect"
    message = _("None of those announced can be collected any more. Call the collection off.")


class FileInvalid(Refusal):
    code = "collection_file_invalid"
    message = _("The file does not follow the banks' schema, and was not made: %(reason)s")


class NotReturnable(Refusal):
    code = "debit_not_returnable"
    message = _("The bank does not have this debit, so it cannot return it.")


class CollectedAgain(Refusal):
    code = "debit_collected_again"
    message = _("It has been announced or collected again meanwhile: the return stays.")


class NotWithTheBank(Refusal):
    code = "collection_not_with_the_bank"
    message = _("The bank does not have this collection, so nothing can be booked.")


class NoticeTooShort(Refusal):
    status = 422
    code = "notice_too_short"
    message = _("Payers are told %(days)s days before: choose a later day.")
    field = "collect_on"


class CollectedMeanwhile(Refusal):
    code = "collected_meanwhile"
    message = _("Somebody else announced this at the same moment. Look again: nothing is collected twice.")
