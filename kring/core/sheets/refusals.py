"""Why a file cannot be read."""

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


class TwiceMatched(Refusal):
    status = 422
    code = "column_twice"
    message = _("Two columns cannot both be “%(column)s”: leave one of them out.")
