"""Why fees cannot be as wanted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class NoRows(Refusal):
    status = 422
    code = "no_fee_rows"
    message = _("A fee table needs one row at least.")


class RowsOverlap(Refusal):
    status = 422
    code = "fee_rows_overlap"
    message = _("The ages of two rows overlap: %(first)s and %(second)s.")


class TableExists(Refusal):
    code = "fee_table_exists"
    field = "valid_from"
    message = _("There is already a fee table of this type from this day.")


class NeedsAReason(Refusal):
    status = 422
    code = "fee_needs_a_reason"
    field = "reason"
    message = _("Say why this member pays another amount, or nothing.")


class AgreedBelowZero(Refusal):
    status = 422
    code = "fee_below_zero"
    field = "amount"
    message = _("The amount cannot be below 0.")
