"""Bank statements: files of the bank, their lines, and what they are booked as (C4)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kring.banking.models import StatementFile, StatementLine
from kring.web.manage.noun import Noun
from kring.web.navigation import MenuItem

OfFile, OfLine = StatementFile.State, StatementLine.State

NOUN = Noun(
    name="statements",
    menu=MenuItem("manage:statements", _("Bank statements"), "building-bank"),
    pages={
        "manage_dues": [
            *("statements", "bank_statements", "statement_lines", "statement_line", "statement_line_acceptance"),
            "statement_line_credit",
            *("statement_line_orders", "statement_line_purpose", "statement_line_undoing"),
            *("bank_file", "bank_file_taking", "bank_file_columns", "bank_file_discarding"),
            *("statements_again", "statements_setting", "match_rules", "match_rule_forgetting"),
            *("column_mappings", "column_mapping"),
        ],
        "see_bank_accounts": ["statement_line_account"],
    },
    tones={
        "success": (OfLine.BOOKED,),
        "info": (OfLine.OPEN,),
        "warning": (OfFile.ASKS_ACCOUNT, OfFile.ASKS_COLUMNS),
        "danger": (OfFile.UNREADABLE,),
        "neutral": (OfLine.IGNORED, OfFile.READ, OfFile.DISCARDED),
    },
    audit_labels={
        "bank_account.added": _("own account added"),
        "bank_columns.explained": _("columns of a bank's table explained"),
        "bank_file.uploaded": _("bank file uploaded"),
        "bank_file.read": _("bank file read"),
        "bank_file.discarded": _("bank file not used"),
        "bank_line.account_seen": _("account number of a bank line looked at"),
        "bank_line.booked": _("bank line booked"),
        "bank_line.set_aside": _("bank line set aside"),
        "bank_line.undone": _("booking of a bank line undone"),
        "bank_lines.by_itself": _("booking of bank lines by itself switched on or off"),
        "match_rule.learned": _("rule for bank lines learned"),
        "match_rule.forgotten": _("rule for bank lines deleted"),
    },
)
