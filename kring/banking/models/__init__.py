"""Files of the bank: statements, and what their lines mean (C4)."""

from kring.banking.models.account import BankingSettings, ColumnMapping, OwnAccount
from kring.banking.models.file import BankReport, StatementFile
from kring.banking.models.line import StatementLine
from kring.banking.models.rule import MatchRule
from kring.banking.models.statement import Statement

__all__ = [
    "BankReport",
    "BankingSettings",
    "ColumnMapping",
    "MatchRule",
    "OwnAccount",
    "Statement",
    "StatementFile",
    "StatementLine",
]
