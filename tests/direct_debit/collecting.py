"""Mandates and collections for tests; all need a scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from kring.core.sepa import Account
from kring.direct_debit import mandates
from kring.direct_debit.evidence import Evidence, Kind
from kring.direct_debit.models import CreditorAccount, Mandate
from kring.dues import payers
from kring.dues.models import Payer
from kring.members.models import Member
from tests import make

IBAN, OTHER_BANK, SAME_BANK = "NL91ABNA0417164300", "DE89370400440532013000", "NL02ABNA0123456789"
PAPER = Evidence(Kind.PAPER, date(2026, 1, 5), note="Folder 3")


def creditor(**more: Any) -> CreditorAccount:
    given = {"name": "IJsclub Zwaanstede", "iban": "NL44RABO0123456789", "creditor_id": "NL88ZZZ403419740000"}
    return CreditorAccount.objects.create(**given | more)


def payer(member: Member | None = None) -> Payer:
    return payers.payer_of(member or make.member(email="ada@example.org"))


def mandate(payer_of: Payer | None = None, *, iban: str = IBAN, holder: str = "Ada Lovelace", **more: Any) -> Mandate:
    account = more.pop("creditor", None) or CreditorAccount.objects.first() or creditor()
    given = {"by": None, "creditor": account, "is_mailed": False}
    return mandates.give(payer_of or payer(), Account(holder, iban), more.pop("evidence", PAPER), **given | more)
