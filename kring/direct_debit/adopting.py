"""Mandates from what is there: agreed with applications, and accounts of members whose paper the organisation has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kring.accounts.models import User
from kring.core.refusals import Refusal
from kring.core.sepa import Account
from kring.core.transactions import in_transaction
from kring.direct_debit import creditors, mandates, refusals
from kring.direct_debit.evidence import Evidence, Kind
from kring.direct_debit.models import CreditorAccount, Mandate, ProviderMandate
from kring.dues import payers
from kring.dues.models import Payer
from kring.members.deciding import on_accepted
from kring.members.models import Application, BankAccount, Member

# Of one act, in one transaction.
MOST = 2000
GONE = (Member.State.LEFT, Member.State.DECEASED)


@dataclass(frozen=True)
class Adopted:
    """`refused`: members whose account cannot be collected from, each with the reason."""

    made: int
    refused: list[tuple[Member, str]]


@on_accepted
def adopt_at_once(application: Application) -> None:
    """A mandate agreed with an application is one as soon as the applicant is a member, where there is an account that
    collects; else `adopt` finds it later. One that cannot be collected from stays with the application."""
    if application.mandate_agreed_at is not None and (creditor := creditors.usual()):
        _attempt(partial(_adopt_application, application, creditor, by=None))


def number_to_adopt() -> tuple[int, int]:
    """Of applications, and of accounts of members."""
    return len(_applications()), len(_accounts())


@in_transaction
def adopt_applications(*, by: User) -> Adopted:
    """Raises NoCreditor."""
    creditor = _creditor()
    return _counted(
        (each.member, _attempt(partial(_adopt_application, each, creditor, by=by))) for each in _applications()
    )


@in_transaction
def adopt_accounts(*, signed_on: date, note: str, by: User) -> Adopted:
    """Members' accounts whose signed papers the organisation keeps. Raises NoCreditor."""
    creditor, found = _creditor(), _accounts()
    known = payers.of([each.member for each in found])
    evidence = Evidence(Kind.PAPER, signed_on, note=note)

    def adopt(found: BankAccount) -> bool:
        account = Account(found.holder or str(found.member), found.iban)
        return _give(known[found.member_id], account, evidence, creditor, by)

    return _counted((each.member, _attempt(partial(adopt, each))) for each in found)


def _adopt_application(application: Application, creditor: CreditorAccount, *, by: User | None) -> bool:
    assert application.member is not None and application.mandate_agreed_at is not None
    evidence = Evidence(
        Kind.APPLICATION,
        timezone.localdate(application.mandate_agreed_at),
        text=application.mandate_text,
        agreed_at=application.mandate_agreed_at,
    )
    account = Account(application.holder or str(application.member), application.iban)
    return _give(payers.payer_of(application.member), account, evidence, creditor, by)


def _give(payer: Payer, account: Account, evidence: Evidence, creditor: CreditorAccount, by: User | None) -> bool:
    """False: the payer has one by now, such as of another child, or pays from a saved account."""
    if Mandate.objects.active().filter(payer=payer, creditor_account=creditor).exists() or _is_charged(payer):
        return False
    mandates.give(payer, account, evidence, by=by, creditor=creditor)
    return True


def _is_charged(payer: Payer) -> bool:
    return ProviderMandate.objects.chargeable().filter(payer=payer).exists()


def _attempt(adopt: Callable[[], bool]) -> bool | str:
    """The reason where it was refused."""
    try:
        with transaction.atomic():
            return adopt()
    except Refusal as refusal:
        return str(refusal)


def _counted(outcomes: Iterable[tuple[Member | None, bool | str]]) -> Adopted:
    found = list(outcomes)
    return Adopted(
        sum(outcome is True for _member, outcome in found),
        [(member, outcome) for member, outcome in found if member is not None and isinstance(outcome, str)],
    )


def _creditor() -> CreditorAccount:
    found = creditors.usual()
    if found is None:
        raise refusals.NoCreditor
    return found


def _applications() -> list[Application]:
    """Accepted, with a mandate that is none here yet."""
    agreed = Application.objects.filter(state=Application.State.ACCEPTED, mandate_agreed_at__isnull=False)
    agreed = agreed.exclude(member__state__in=GONE).select_related("member__household")
    return _without_mandate(agreed.order_by("pk")[:MOST])


def _accounts() -> list[BankAccount]:
    """Without those of an application that has a mandate."""
    rows = BankAccount.objects.exclude(member__state__in=GONE).select_related("member__household")
    rows = rows.exclude(member__in=[each.member_id for each in _applications()])
    return _without_mandate(rows.order_by("pk")[:MOST])


def _without_mandate[Row: (Application, BankAccount)](rows: QuerySet) -> list[Row]:
    """Of those whose payer never had one, nor paid from a saved account: who has withdrawn theirs gets none from old
    papers."""
    found = list(rows)
    people = payers.people_of([each.member for each in found])
    had = [each.objects.values_list("payer__member", "payer__guardian", "payer") for each in (Mandate, ProviderMandate)]
    with_one = {key for member, guardian, payer in chain(*had) for key in _keys(member, guardian, payer)}
    return [each for each in found if not with_one & set(_keys(*people[each.member.pk]))]


def _keys(member: int | None, guardian: int | None, payer: int | None) -> list[tuple[str, int]]:
    named = {"member": member, "guardian": guardian, "payer": payer}
    return [(name, key) for name, key in named.items() if key]
