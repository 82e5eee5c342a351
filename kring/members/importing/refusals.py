"""Why a file cannot be imported."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class Unreadable(Refusal):
    status = 422
    code = "unreadable_file"
    field = "file"
    message = _("This file cannot be read. Save it as xlsx or csv in your spreadsheet, and try again.")


class PasswordProtected(Unreadable):
    code = "password_protected_file"
    message = _("This file is protected by a password. Save it without one, and try again.")


class CutOff(Unreadable):
    code = "incomplete_file"
    message = _("This file is incomplete: it breaks off after row %(row)s. Export or download it again.")


class TooLarge(Unreadable):
    code = "file_too_large"
    message = _("This file is too large: at most %(rows)s rows, %(columns)s columns and %(megabytes)s MB. Split it.")


class EmptyFile(Unreadable):
    code = "empty_file"
    message = _("There are no rows in this file.")


class SeveralFiles(Unreadable):
    code = "several_files"
    message = _("There must be exactly one file in the zip, and there are %(number)s.")


class NothingMatched(Refusal):
    status = 422
    code = "no_names"
    message = _("Say which columns have the first name and the last name, or the whole name.")


class TwiceMatched(Refusal):
    status = 422
    code = "column_twice"
    message = _("Two columns cannot both be “%(column)s”: leave one of them out.")


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
