"""Why a file of the bank cannot be read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.core.refusals import Refusal


class UnreadableFile(Refusal):
    status = 422
    code = "unreadable_bank_file"
    field = "file"
    message = _(
        "This is not a file we can read. Download the statement from your bank as CAMT, MT940 or CSV, and try again."
    )


class Html(UnreadableFile):
    code = "bank_file_is_html"
    message = _(
        "This is a web page, not a statement: the bank's session may have ended. Log in again and download the file."
    )


class Dangerous(UnreadableFile):
    code = "bank_file_with_doctype"
    message = _("This file contains a document type definition, which no bank's file has. It was not read.")


class BrokenOff(UnreadableFile):
    code = "incomplete_bank_file"
    message = _("This file is incomplete: it breaks off. Download it from your bank again.")


class TooMuch(UnreadableFile):
    code = "bank_file_too_large"
    message = _("This file is too large: at most %(megabytes)s MB and %(files)s files. Split it.")


class Encrypted(UnreadableFile):
    code = "encrypted_bank_file"
    message = _("This zip is protected by a password. Unpack it on your computer and upload the files in it.")


class OtherMessage(UnreadableFile):
    code = "other_bank_message"
    message = _("This is a file of the kind %(kind)s. We read statements (camt.052, camt.053, camt.054) and pain.002.")


class EmptyBankFile(UnreadableFile):
    code = "empty_bank_file"
    message = _("This file is empty.")


BY_CODE = {
    each.code: each
    for each in (UnreadableFile, Html, Dangerous, BrokenOff, TooMuch, Encrypted, OtherMessage, EmptyBankFile)
}
