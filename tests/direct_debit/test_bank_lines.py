"""What the bank's files say of our debits (C3, C4): credited in batches or one by one, returned, rejected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.banking import deciding
from kring.banking.meanings import meanings
from kring.banking.models import StatementLine
from kring.banking.reading.facts import PaymentStatus, StatusReport
from kring.core.sepa.debits import batch_id
from kring.direct_debit import collecting, mandates
from kring.direct_debit.models import CollectionFile, CollectionRun, Debit, DebitReturn, Mandate
from kring.payments.models import Payment
from tests.banking.booking import came, read
from tests.direct_debit.collecting import again, booked, creditor, owed, released, with_the_bank
from tests.dues import owing

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture(autouse=True)
def ours(in_scope: Any) -> Any:
    return creditor()


def decided(line: StatementLine) -> StatementLine:
    """Booked, by itself or by a click."""
    line = again(line)
    if line.is_open:
        deciding.accept(line, by=None)
    line = again(line)
    assert line.state == "booked"
    return line


def file_of(run: CollectionRun) -> CollectionFile:
    return CollectionFile.objects.get(run=run)


@pytest.mark.parametrize("named", ["payment_info_id", "message_id"])
def test_a_batch_that_is_named_alone_books_all_of_it(named):
    found = [owed(name="a"), owed(name="b")]
    run = with_the_bank()
    name = batch_id(file_of(run).message_id, 1) if named == "payment_info_id" else file_of(run).message_id
    [line] = read(came("160.00", number_of_transactions=2, **{named: name}))

    assert decided(line).meaning == "debit"
    assert owing.now(*found) == [("paid", "80.00", "0.00")] * 2
    assert again(run).state == "booked"


def test_another_sum_is_for_somebody_to_decide():
    owed()
    run = with_the_bank()
    [line] = read(came("79.00", message_id=file_of(run).message_id))
    assert (line.meaning, line.proposal["is_certain"]) == ("debit", False)


def test_of_two_batches_each_is_booked_by_itself():
    final, other = owed(name="a"), owed(name="b")
    mandates.finish_with_next(Mandate.objects.get(payer=final.payer), is_final=True, by=None)
    run = with_the_bank()
    [line] = read(came("80.00", payment_info_id=batch_id(file_of(run).message_id, 1)))
    decided(line)
    assert sorted(state for state, *_sums in owing.now(final, other)) == ["paid", "pending"]
    assert again(run).state == "handed_over"
    [line] = read(came("80.00", payment_info_id=batch_id(file_of(run).message_id, 2)))
    decided(line)
    assert again(run).state == "booked"


def test_of_batches_that_are_still_noted_as_collected_the_last_books_the_collection(monkeypatch):
    monkeypatch.setattr(collecting, "AT_ONCE", 1)
    final, *_others = owed(name="a"), owed(name="b"), owed(name="c")
    mandates.finish_with_next(Mandate.objects.get(payer=final.payer), is_final=True, by=None)
    run = with_the_bank()
    sizes = {batch: run.debits.filter(batch=batch).count() for batch in (1, 2)}
    for batch in sorted(sizes, key=lambda each: -sizes[each]):
        collecting.book(run, on=run.collect_on, by=None, batch=batch)
    assert again(run).state == "handed_over"
    [large] = [batch for batch, size in sizes.items() if size == 2]
    collecting.collect_some(run, on=run.collect_on, batch=large)  # as the job does
    assert again(run).state == "booked"


def test_one_debit_by_its_own_reference():
    found = owed()
    debit = with_the_bank().debits.get()
    [line] = read(came("80.00", end_to_end_id=debit.reference.lower()))
    decided(line)
    assert owing.now(found) == [("paid", "80.00", "0.00")]


def test_a_return_with_the_banks_fee_is_applied_and_undone():
    found = owed()
    debit = booked().debits.get()
    facts = {"end_to_end_id": debit.reference, "return_reason": "AC04", "charges": Decimal("3.50")}
    [line] = read(came("-83.50", original_amount=Decimal("80.00"), **facts))
    decided(line)
    made = DebitReturn.objects.get()
    assert (made.code, made.charges, made.source) == ("AC04", Decimal("3.50"), "statement")
    assert owing.now(found) == [("failed", "0.00", "80.00")]
    deciding.undo(again(line), by=None)
    assert owing.now(found) == [("paid", "80.00", "0.00")]


def test_the_same_return_in_a_status_report_and_two_statements_counts_once():
    owed()
    run = with_the_bank()
    debit = run.debits.get()
    status = PaymentStatus("RJCT", end_to_end_id=debit.reference, reason="AM04")
    report = StatusReport(message_id=file_of(run).message_id, payments=[status])
    for _time in range(2):
        meanings["return"].apply_report(report, by=None)
    facts = {"end_to_end_id": debit.reference, "return_reason": "AM04"}
    for line in read(came("-80.00", bank_reference="1", **facts), came("-80.00", bank_reference="2", **facts)):
        decided(line)
    assert DebitReturn.objects.count() == 1
    assert Payment.objects.get().state == "failed"


def test_a_whole_file_is_rejected():
    owed(name="a")
    owed(name="b")
    run = released()
    report = StatusReport(message_id=file_of(run).message_id, status="RJCT", reason="MS03")
    [evidence] = meanings["return"].apply_report(report, by=None)
    assert evidence.facts == {"number": "2"}
    assert set(Debit.objects.values_list("state", flat=True)) == {"returned"}


def test_a_report_about_another_file_or_debit_is_none_of_ours():
    owed()
    run = released()
    status = PaymentStatus("RJCT", end_to_end_id="E0", reason="AM04")
    assert list(meanings["return"].apply_report(StatusReport(message_id="X", payments=[status]), by=None)) == []
    report = StatusReport(message_id=file_of(run).message_id, payments=[status])
    [evidence] = meanings["return"].apply_report(report, by=None)
    assert evidence.code == "unknown"
    assert not DebitReturn.objects.exists()


def test_a_return_of_a_debit_we_do_not_know_stays_open():
    owed()
    with_the_bank()
    [line] = read(came("-80.00", end_to_end_id="E0", return_reason="AM04"))
    assert (line.state, line.meaning) == ("open", "")


def test_a_return_without_our_reference_is_proposed_by_its_mandate():
    owed()
    with_the_bank()
    reference = Mandate.objects.get().reference
    [line] = read(came("-80.00", mandate_id=reference, return_reason="MD06"))
    assert (line.meaning, line.proposal["is_certain"]) == ("return", False)
    decided(line)
    assert DebitReturn.objects.get().code == "MD06"


def test_every_sentence_of_a_meaning_can_be_written():
    for key in ("debit", "return"):
        facts = dict.fromkeys(["day", "amount", "payer", "reason", "number"], "x")
        assert all(meanings[key].in_words(code, facts) for code in meanings[key].words)


def test_undoing_a_line_that_told_nothing_new_leaves_the_return_of_the_other_line():
    found = owed()
    facts = {"end_to_end_id": booked().debits.get().reference, "return_reason": "AC04"}
    first, second = read(came("-80.00", bank_reference="1", **facts), came("-80.00", bank_reference="2", **facts))
    decided(first)
    second = decided(second)
    assert second.proposal["code"] == "known"
    deciding.undo(second, by=None)
    assert owing.now(found) == [("failed", "0.00", "80.00")]
    deciding.undo(again(first), by=None)
    assert owing.now(found) == [("paid", "80.00", "0.00")]
