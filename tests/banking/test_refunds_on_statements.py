"""Refunds that went by bank file come back on the statement: recognised by their reference, and done (R6, C4)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.banking import deciding
from kring.banking.models import StatementLine
from kring.banking.refusals import CannotBeUndone
from kring.payments import transfer_files
from kring.payments.models import Refund
from tests.banking.booking import came, read
from tests.payments.ordering import fresh
from tests.payments.test_bank_files import ADA, BOB, by_file, downloaded, mails, paid, sums
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture(autouse=True)
def own_account(in_scope: Any) -> None:
    in_scope.bank_account = "NL44RABO0123456789"
    in_scope.save(update_fields=["bank_account"])


def shown(refund: Refund, amount: str = "-20.00", **more: Any) -> StatementLine:
    (line,) = read(came(amount, end_to_end_id=refund.reference, **more))
    return line


def test_the_debit_of_one_is_recognised_and_the_refund_is_done():
    payment = paid()
    refund = by_file(payment)
    file = downloaded(refund)

    line = shown(refund)

    assert (line.meaning, line.proposal["is_certain"]) == ("refund", True)
    assert deciding.accept_by_itself(line.pk)
    assert (fresh(refund).state, fresh(file).state) == ("done", "carried_out")
    assert sums(payment)[:2] == ("20.00", "0.00")
    assert len(mails("payment-refunded")) == 1


def test_of_two_in_a_file_each_is_done_as_it_is_shown():
    first, second = by_file(paid()), by_file(paid(), account=BOB)
    file = downloaded(first, second)

    deciding.accept(shown(first), by=None)
    assert (fresh(first).state, fresh(second).state, fresh(file).state) == ("done", "pending", "downloaded")

    deciding.accept(shown(second), by=None)
    assert (fresh(second).state, fresh(file).state) == ("done", "carried_out")
    assert len(mails("payment-refunded")) == 2


def test_one_that_staff_had_noted_before_is_told_of_once():

    refund = by_file(paid())
    transfer_files.carry_out(downloaded(refund), by=None)

    deciding.accept(shown(refund), by=None)

    assert (fresh(refund).state, len(mails("payment-refunded"))) == ("done", 1)


def test_the_whole_file_as_one_debit():
    refunds = [by_file(paid()), by_file(paid(), account=BOB)]
    file = downloaded(*refunds)

    (line,) = read(came("-40.00", message_id=file.message_id, number_of_transactions=2))
    deciding.accept(line, by=None)

    assert [fresh(each).state for each in refunds] == ["done", "done"]
    assert fresh(file).state == "carried_out"


def test_another_amount_is_for_a_person():
    refund = by_file(paid())
    downloaded(refund)

    assert not shown(refund, "-19.00").proposal["is_certain"]


def test_one_that_the_bank_sends_back_has_failed():
    payment = paid()
    refund = by_file(payment, account=ADA)
    downloaded(refund)
    deciding.accept(shown(refund), by=None)

    back = shown(refund, "20.00", return_reason="AC04", return_words="Account closed")
    assert deciding.accept_by_itself(back.pk)

    assert (fresh(refund).state, sums(payment)[0]) == ("failed", "0.00")
    with refuses(CannotBeUndone):
        deciding.undo(back, by=None)


def test_a_debit_with_another_reference_is_none_of_ours():
    downloaded(by_file(paid()))

    (line,) = read(came("-20.00", end_to_end_id="RSOMETHINGELSE2345"))

    assert line.meaning == ""
