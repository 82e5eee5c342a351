"""Accounts that apps above know: whose they are, and which are ours, before any transfer has come from them."""

from __future__ import annotations

import pytest

from kring.banking import accounts
from kring.dues.models import DuesPaymentOption
from kring.members.models import BankAccount
from tests import make
from tests.banking.booking import THEIRS, came, read
from tests.banking.test_matching import codes_of
from tests.direct_debit.collecting import creditor, mandate
from tests.dues import owing

pytestmark = pytest.mark.usefixtures("in_scope")


def test_a_members_account_is_theirs():
    member = make.member(email="eva@example.org")
    BankAccount.objects.create(member=member, iban=THEIRS)
    made = owing.contribution("80.00", member=member)

    (line,) = read(came("80.00", "dues", iban=THEIRS))

    assert line.proposal["details"]["shares"] == {made.order.number: "80.00"}
    assert codes_of(line) == ["known_account", "amount"]


def test_a_mandates_account_is_its_payers():
    made = owing.contribution("80.00", member=make.member(email="eva@example.org"))
    creditor()
    mandate(made.payer, iban=THEIRS)

    (line,) = read(came("80.00", "dues", iban=THEIRS))

    assert codes_of(line) == ["known_account", "amount"]


def test_the_account_of_contributions_is_ours():
    DuesPaymentOption.objects.create(method="transfer", settings={"account": "BE68539007547034", "holder": "Club"})

    assert set(accounts.known(["BE68539007547034", THEIRS])) == {"BE68539007547034"}
