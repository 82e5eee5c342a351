"""Why a file cannot be imported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class NothingMatched(Refusal):
    status = 422
    code = "no_names"
    message = _("Say which columns have the first name and the last name, or the whole name.")


class StillUndecided(Refusal):
    code = "still_undecided"
    message = _("Rows are ambiguous and not decided yet: %(number)s. Decide them, or import only the good rows.")


class HasRefused(Refusal):
    code = "rows_refused"
    message = _("Rows are refused: %(number)s. Correct the file, or import only the good rows.")


class NotUndoable(Refusal):
    code = "cannot_be_undone"
    message = _("Members of this import have been changed since: %(number)s. It can no longer be undone as a whole.")


class TooOld(Refusal):
    code = "too_old"
    message = _("An import can be undone for 30 days.")
