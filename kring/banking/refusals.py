"""Why a file or a line of the bank is not taken, booked or undone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class CannotBeUndone(Refusal):
    code = "bank_line_cannot_be_undone"
    message = _("This booking cannot be undone here: more has followed from it.")


class ChangedMeanwhile(Refusal):
    code = "bank_line_changed_meanwhile"
    message = _("Something has changed since this was proposed. Look at the new proposal.")


class MeansNothing(Refusal):
    code = "bank_line_means_nothing"
    message = _("Nothing is proposed for this line. Choose what it is for.")


class NotIncoming(Refusal):
    status = 422
    code = "bank_line_not_incoming"
    message = _("Only money that came in, in the currency of the organisation, is booked on orders.")


class NeedsAPurpose(Refusal):
    status = 422
    code = "bank_line_needs_a_purpose"
    message = _("Say what this was for.")
    field = "purpose"


class WhichAccount(Refusal):
    status = 422
    code = "which_bank_account"
    message = _("Choose the account that this file is of.")
    field = "account"


class ColumnsMissing(Refusal):
    status = 422
    code = "bank_columns_missing"
    message = _("Say at least which columns have the day and the amount.")
