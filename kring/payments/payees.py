"""To which accounts refunds by bank file go: typed by staff, or by the payer behind a link in an email (R6).

The link is sent to the payer's known address only. Locks: the payee, then its refunds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kring.accounts.models import User
from kring.core import codes, sepa
from kring.core.sepa import Account
from kring.core.transactions import in_transaction
from kring.organisations.audit import log
from kring.payments import mails, refusals
from kring.payments.models import CreditEntry, Payee, Payment, Refund, TransferFile
from kring.payments.models.payee import FORGOTTEN_AFTER

State = Refund.State


def payee_of(payment: Payment, account: Account | None, *, by: User | None, email: str = "") -> Payee:
    """With this account; without one, whoever has this address, else the payer: they are asked for it (`ask`).

    Raises NobodyToAsk, OutsideSepa, NoLatinLetters.
    """
    if account is not None:
        refuse_bad_account(account, payment.currency)
        made: Payee = Payee.objects.create(account=asdict(account), given_at=timezone.now(), given_by=by)
        return made
    email = email or payment.paid_by[1]
    if not email:
        raise refusals.NobodyToAsk
    return of_addresses({email})[email]


def of_addresses(emails: Collection[str]) -> dict[str, Payee]:
    """Of each the one that waits for its account, or a new one. Two statements, however many."""
    waiting = Payee.objects.filter(email__in=emails, account=None, given_at=None, forget_on=None).order_by("-pk")
    found = {each.email: each for each in waiting}
    made = Payee.objects.bulk_create(Payee(email=each) for each in sorted(set(emails) - found.keys()))
    return found | {each.email: each for each in made}


def addresses_of(refunds: Collection[Refund]) -> dict[int, str]:
    """At which whoever gets each of them is reached: whose credit is paid out by it, else whoever paid. One statement.
    Needs their payments and orders."""
    paid_out = CreditEntry.objects.filter(refund__in=refunds).values_list("refund", "account__email")
    return {each.pk: each.payment.paid_by[1] for each in refunds} | dict(paid_out)


def is_theirs(payee: Payee, refunds: Collection[Refund]) -> bool:
    """Whether the link went to the address that is known today: one that was corrected since opens it no longer."""
    return set(addresses_of(refunds).values()) <= {payee.email}


def refuse_bad_account(account: Account, currency: str) -> None:
    """A valid account that no file reaches. Raises OutsideSepa, NoLatinLetters."""
    if currency != "EUR":
        return
    if not sepa.is_reachable(account.iban):
        raise refusals.OutsideSepa
    if not sepa.letters(account.holder, sepa.LONGEST_NAME):
        raise refusals.NoLatinLetters


def ask(refunds: Iterable[Refund]) -> None:
    """An email to each payee who has given no account, about all of these that are theirs."""
    by_payee: dict[Payee, list[Refund]] = {}
    for refund in refunds:
        assert refund.payee is not None
        by_payee.setdefault(refund.payee, []).append(refund)
    for payee, theirs in by_payee.items():
        mails.account_wanted(theirs[0], payee, sum((each.amount for each in theirs), Decimal(0)))
    Payee.objects.filter(pk__in=[each.pk for each in by_payee]).update(asked_at=timezone.now())


@in_transaction
def ask_again(refund: Refund, *, by: User | None) -> None:
    """At the payer's present address; where that is another, the link sent before opens nothing any more. What of it
    goes to somebody else stays with them.

    Raises NobodyToAsk, TooLateForAccount.
    """
    assert refund.payee_id is not None
    payee, refunds = _locked(refund.payee_id)
    addresses = addresses_of(refunds)
    if not (email := addresses[refund.pk]):
        raise refusals.NobodyToAsk
    theirs = [each for each in refunds if addresses[each.pk] == email]
    if len(theirs) < len(refunds):
        payee = Payee.objects.create(email=email)
        Refund.objects.filter(pk__in=[each.pk for each in theirs]).update(payee=payee)
        for each in theirs:
            each.payee = payee
    elif payee.email != email:
        payee.email, payee.secret = email, codes.secret()
    payee.account = payee.given_at = payee.given_by = None
    payee.save(update_fields=["email", "secret", "account", "given_at", "given_by"])
    ask(theirs)
    log("payment.refund_account_asked", refund.payment, actor=by)


@in_transaction
def give(payee: Payee, account: Account, *, by: User | None) -> None:
    """Where the refunds go that are in no file yet. `by`: staff; None: the payer.

    Raises TooLateForAccount, OutsideSepa, NoLatinLetters.
    """
    payee, refunds = _locked(payee.pk)
    if by is None and not is_theirs(payee, refunds):
        raise refusals.TooLateForAccount
    refuse_bad_account(account, refunds[0].currency)
    changes = {"account": asdict(account), "given_at": timezone.now(), "given_by": by}
    Payee.objects.filter(pk=payee.pk).update(**changes)
    for refund in refunds:
        log("payment.refund_account_given", refund.payment, actor=by)


def _locked(key: int) -> tuple[Payee, list[Refund]]:
    """With its refunds, all of which still wait for a file. Raises TooLateForAccount."""
    payee = Payee.objects.select_for_update().get(pk=key)
    rows = Refund.objects.filter(payee=payee).exclude(state=State.TAKEN_BACK).order_by("pk")
    refunds = list(rows.select_for_update(of=("self",)).select_related("payment__order"))
    if not refunds or any(each.state != State.ASKED for each in refunds):
        raise refusals.TooLateForAccount
    for each in refunds:
        each.payee = payee
    return payee, refunds


def refunds_end(refunds: Iterable[Refund]) -> None:
    """Accounts of which nothing is under way any more are deleted a while later."""
    keys = {each.payee_id for each in refunds if each.payee_id}
    live = Refund.objects.filter(payee=OuterRef("pk")).under_way()
    ended = Payee.objects.filter(pk__in=keys).exclude(Exists(live))
    ended.update(forget_on=timezone.localdate() + FORGOTTEN_AFTER)


def forget_due() -> int:
    """What `kring tick` does of it: account numbers that nobody needs any more; how many."""
    accounts = Payee.objects.to_forget().update(account=None, forget_on=None)
    return accounts + TransferFile.objects.to_forget().update(contents=None, forget_on=None)
