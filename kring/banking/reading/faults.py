"""The words of faults: what was not as it should be in a file that was read all the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.banking.reading.facts import Fault
from kring.banking.reading.reader import refusal_of

WORDS = {
    "day": _("A day that is not in the calendar: %(text)s. The last day of its month was taken."),
    "no_day": _("A day cannot be read: %(text)s."),
    "amount": _("A line without a readable amount was left out: %(text)s."),
    "balance": _("The lines do not lead from the opening balance to the closing one: %(amount)s is missing."),
    "parts": _("The parts of the booking %(reference)s come to %(parts)s, and it is %(amount)s."),
    "tag": _("A field could not be read: %(text)s."),
    "no_account": _("A statement does not say which account it is of."),
    "encoding": _("The file is not in the encoding it says it is in; some letters may be wrong."),
    "control": _("Characters that XML does not allow were left out."),
    "columns": _("The columns of this table are not known yet. Say what they are."),
    "empty": _("There is nothing to book in this file."),
    "row": _("Row %(row)s has too few columns and was left out."),
}


def in_words(fault: Fault) -> str:
    if fault.code == "unreadable":
        # A file of a zip: why, as if it had come alone.
        return str(refusal_of(fault.facts["refusal"], fault.facts))
    return str(WORDS[fault.code]) % fault.facts
