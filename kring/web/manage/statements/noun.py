"""Bank statements: files of the bank, their lines, and what they are booked as (C4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.web.manage.noun import Noun

NOUN = Noun(
    name="statements",
    pages={},
    audit_labels={
        "bank_account.added": _("own account added"),
        "bank_columns.explained": _("columns of a bank's table explained"),
        "bank_file.uploaded": _("bank file uploaded"),
        "bank_file.read": _("bank file read"),
        "bank_file.discarded": _("bank file not used"),
        "bank_line.booked": _("bank line booked"),
        "bank_line.set_aside": _("bank line set aside"),
        "bank_line.undone": _("booking of a bank line undone"),
        "match_rule.learned": _("rule for bank lines learned"),
        "match_rule.forgotten": _("rule for bank lines deleted"),
    },
)
