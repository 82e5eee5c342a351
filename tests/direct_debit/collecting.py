"""Mandates and collections for tests; all need a scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone

from kring.core.sepa import Account
from kring.direct_debit import collecting, mandates, planning, returns
from kring.direct_debit.evidence import Evidence, Kind
from kring.direct_debit.models import CollectionRun, CreditorAccount, Debit, Mandate
from kring.dues import payers
from kring.dues.models import Contribution, Payer
from kring.members.models import Member
from tests import make
from tests.dues import owing

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


def owed(amount: str = "80.00", *, name: str = "ada", **more: Any) -> Contribution:
    """A contribution of somebody with a mandate."""
    member = more.pop("member", None) or make.member(email=f"{name}@example.org")
    found = owing.contribution(amount, member=member, **more)
    if not Mandate.objects.active().filter(payer=found.payer).exists():
        mandate(found.payer)
    return found


def announced(by: Any = None, *, on: date | None = None, **more: Any) -> CollectionRun:
    """All that is owed is announced."""
    account = CreditorAccount.objects.get()
    plan = planning.plan(account, on or timezone.localdate(), **more)
    return collecting.announce(account, on or timezone.localdate(), seen=plan.digest, by=by, **more)


def released(by: Any = None, **more: Any) -> CollectionRun:
    """By somebody else."""
    run = announced(by, **more)
    collecting.release(run, by=make.staff("treasurer"))
    return again(run)


def with_the_bank(**more: Any) -> CollectionRun:
    run = released(**more)
    collecting.hand_over(run, by=None)
    return again(run)


def booked(**more: Any) -> CollectionRun:
    run = with_the_bank(**more)
    collecting.book(run, on=run.collect_on, by=None)
    return again(run)


def again[Row: Model](row: Row) -> Row:
    return type(row)._default_manager.get(pk=row.pk)  # type: ignore[attr-defined]


def returned(debit: Debit, code: str = "AM04", **more: Any) -> Any:
    given = {"source": "by_hand", "returned_on": debit.run.collect_on}
    return returns.apply(again(debit), returns.Reported(code=code, **given | more))
