"""Refunds by bank file, to credit, and kept as gifts (R6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kring.accounts.models import User
from kring.core.sepa import Account
from kring.demo import acting
from kring.demo.people import Person
from kring.events.models import TicketType
from kring.payments import refunding, transfer_files
from kring.payments.models import Payment, Refund, TransferFile

IBANS = (
    *("NL91ABNA0417164300", "NL44RABO0123456789", "DE89370400440532013000", "BE68539007547034"),
    *("NL20INGB0001234567", "FR1420041010050500013M02606"),
)
# Of the refunds with an account: those of a file that is done, of one that is at the bank, and those that wait for one.
DONE, AT_THE_BANK, READY = 2, 2, 2
WITHOUT_AN_ACCOUNT = 2


def fill(visitors: acting.Visitors, ticket_type: TicketType) -> None:
    treasurer = visitors.staff["treasurer"]
    _by_file(visitors, ticket_type, treasurer)
    member = visitors.staff["member"]
    _back(visitors, ticket_type, treasurer, "45.00", Refund.How.CREDIT, who=[Person(member.name, member.email)])
    _back(visitors, ticket_type, treasurer, "30.00", Refund.How.CREDIT)
    _back(visitors, ticket_type, treasurer, "25.00", Refund.How.GIFT)


def _by_file(visitors: acting.Visitors, ticket_type: TicketType, treasurer: User) -> None:
    made = [
        _back(visitors, ticket_type, treasurer, "35.00", Refund.How.BANK_FILE, iban=iban)
        for iban in IBANS[: DONE + AT_THE_BANK + READY]
    ]
    for _number in range(WITHOUT_AN_ACCOUNT):
        _back(visitors, ticket_type, treasurer, "35.00", Refund.How.BANK_FILE)
    transfer_files.carry_out(_at_the_bank(made[:DONE], treasurer), by=treasurer)
    _at_the_bank(made[DONE : DONE + AT_THE_BANK], treasurer)


def _at_the_bank(refunds: Sequence[Refund], treasurer: User) -> TransferFile:
    tomorrow = timezone.localdate() + timedelta(days=1)
    file = transfer_files.make([each.pk for each in refunds], execute_on=tomorrow, by=treasurer)
    transfer_files.download(file, by=treasurer)
    return file


def _back(
    visitors: acting.Visitors,
    ticket_type: TicketType,
    treasurer: User,
    amount: str,
    how: str,
    *,
    iban: str = "",
    who: Sequence[Person] = (),
) -> Refund:
    payment: Payment | None = visitors.pay(visitors.order([ticket_type], who=who))
    assert payment is not None
    account = Account(payment.paid_by[0], iban) if iban else None
    return refunding.refund(
        payment, amount=Decimal(amount), reason="Avondprogramma afgelast", by=treasurer, how=how, account=account
    )
