"""Returns (C3): applied once whatever the number of files, what follows each reason, the fee, the amendment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from kring.core.sepa import Account
from kring.core.sepa.debits import DEBIT_NAMESPACE
from kring.direct_debit import collecting, files, mandates, planning, reasons, refusals, returns
from kring.direct_debit.models import CollectionFile, CollectionRun, Debit, DebitReturn, Mandate, NotCollected
from kring.dues.models import Contribution
from kring.mail.models import Message
from kring.payments import by_hand
from kring.payments.models import Dispute, Payment
from kring.web.manage.refunds.views import _of_a_debit
from tests import make
from tests.direct_debit.collecting import (
    IBAN,
    OTHER_BANK,
    PAPER,
    SAME_BANK,
    again,
    announced,
    booked,
    creditor,
    owed,
    released,
    returned,
    with_the_bank,
)
from tests.dues import owing
from tests.refusing import refuses

pytestmark = pytest.mark.usefixtures("in_scope")
N = {"p": DEBIT_NAMESPACE}


@pytest.fixture(autouse=True)
def ours(in_scope: Any) -> Any:
    return creditor()


def mails(template: str) -> list[Message]:
    return list(Message.objects.filter(template=template).order_by("pk"))


def found_in(run: CollectionRun, path: str) -> list[str]:
    document = etree.fromstring(files.download(CollectionFile.objects.get(run=run), by=None))
    return list(document.xpath(f"//p:{path}/text()", namespaces=N))


def test_before_the_money_was_there_the_payment_fails_and_the_contribution_is_open_again():
    found = owed()
    run = with_the_bank()
    debit = run.debits.get()
    made = returned(debit)

    assert (made.action, made.was_collected) == ("retry", False)
    assert owing.now(found) == [("failed", "0.00", "80.00")]
    assert Payment.objects.get().state == "failed"
    assert [each.recipient for each in mails("debit-returned")] == ["ada@example.org"]
    assert mails("payment-failed") == []


def test_after_the_money_was_there_the_bank_takes_it_back():
    found = owed()
    run = booked()
    returned(run.debits.get(), "MD06")

    assert owing.now(found) == [("failed", "0.00", "80.00")]
    assert list(Dispute.objects.values_list("state", "amount", "reason")) == [("lost", Decimal(80), "MD06")]
    assert Mandate.objects.get().hold == "person"


def test_the_same_return_in_three_files_and_by_hand_is_applied_once():
    owed()
    debit = booked().debits.get()
    assert returned(debit, "MS03", source="status") is not None
    for source in ("statement", "status", "by_hand"):
        assert returned(debit, "MS03", source=source) is None
    assert (DebitReturn.objects.count(), Dispute.objects.count()) == (1, 1)
    assert len(mails("debit-returned")) == 1


def test_a_return_before_the_statement_that_shows_the_debit_stays_a_return():
    first, second = owed(name="a"), owed(name="b")
    run = with_the_bank()
    returned(run.debits.get(mandate__payer=first.payer))
    collecting.book(run, on=run.collect_on, by=None)
    assert owing.now(first, second) == [("failed", "0.00", "80.00"), ("paid", "80.00", "0.00")]
    assert not collecting.book_one(again(run.debits.get(mandate__payer=first.payer)), on=run.collect_on, by=None)


def test_a_return_for_a_debit_we_do_not_know_is_none_of_ours():
    owed()
    debit = released().debits.get()
    assert returns.find("E123") is None
    assert returns.find("") is None
    assert returns.find(debit.reference.lower()) == debit


def test_what_no_bank_has_is_not_returned():
    owed()
    debit = announced().debits.get()
    with refuses(refusals.NotReturnable):
        returned(debit)


def test_a_return_shows_that_the_bank_has_the_file():
    owed()
    run = released()
    returned(run.debits.get())
    assert again(run).state == "handed_over"


def test_a_return_after_thirteen_months_is_applied_and_marked():
    owed()
    debit = booked().debits.get()
    day = debit.run.collect_on
    assert returned(debit, returned_on=day + timedelta(days=430)).is_late
    assert not returns._thirteen_months_after(day) > day + timedelta(days=400)


@pytest.mark.parametrize(
    ("code", "action", "hold"),
    [
        ("AM04", "retry", ""),
        ("MS03", "retry", ""),
        ("AC04", "new_account", "new_account"),
        ("BE05", "details", "details"),
        ("MS02", "person", "person"),
        ("MD07", "deceased", "deceased"),
        ("AM05", "duplicate", "duplicate"),
        ("DNOR", "transfer", "transfer"),
        ("bank's own", "person", "person"),
        ("", "person", "person"),
    ],
)
def test_what_follows_each_reason(code, action, hold):
    owed()
    assert returned(with_the_bank().debits.get(), code).action == action
    assert Mandate.objects.get().hold == hold
    assert len(mails("debit-returned")) == (0 if action == "deceased" else 1)


def test_the_organisation_decides_otherwise_and_takes_the_usual_again():
    reasons.decide("ms03", "person", by=make.staff("treasurer"))
    assert reasons.action_for("MS03") == "person"
    assert [(rule.action, rule.is_own) for rule in reasons.rules() if rule.code == "MS03"] == [("person", True)]
    reasons.decide("MS03", "", by=make.staff("treasurer"))
    assert reasons.action_for("MS03") == "retry"


def test_it_is_tried_again_twice_and_no_more():
    owed()
    for _attempt in range(3):
        returned(with_the_bank().debits.get())
    [left_out] = planning.plan(again(CollectionRun.objects.first().creditor_account), PAPER.signed_on).left_out
    assert left_out.why == NotCollected.Why.TOO_OFTEN


@pytest.mark.parametrize(("iban", "expected"), [(SAME_BANK, [IBAN]), (OTHER_BANK, ["SMNDA"])])
def test_a_new_account_after_a_return_is_an_amendment_in_the_next_debit_and_in_that_alone(iban, expected):
    first = owed()
    returned(booked().debits.get(), "AC04")
    mandate = Mandate.objects.get()
    assert mandate.hold == "new_account"
    mandates.change(mandate, Account("Ada Lovelace", iban), PAPER, by=None)

    run = booked()
    assert found_in(run, "AmdmntInd") == ["true"]
    path = "OrgnlDbtrAcct/p:Id/p:IBAN" if iban == SAME_BANK else "OrgnlDbtrAcct/p:Id/p:Othr/p:Id"
    assert found_in(run, path) == expected
    assert again(first).state == "paid"
    owing.contribution("10.00", member=first.member, kind="correction")
    assert found_in(booked(), "AmdmntInd") == []


def test_an_amendment_that_was_not_taken_is_sent_again():
    first = owed()
    booked()
    mandates.change(Mandate.objects.get(), Account("Ada Lovelace", SAME_BANK), PAPER, by=None)
    owing.contribution("10.00", member=first.member, kind="correction")
    run = with_the_bank()
    assert found_in(run, "AmdmntInd") == ["true"]
    returned(run.debits.get(), "AM04")
    assert found_in(with_the_bank(), "OrgnlDbtrAcct/p:Id/p:IBAN") == [IBAN]


def test_the_fee_is_billed_on_where_the_organisation_wants_it(ours):
    type(ours).objects.update(return_fee=Decimal("3.50"))
    found = owed()
    returned(with_the_bank().debits.get())
    fee = Contribution.objects.exclude(pk=found.pk).get()
    assert (fee.amount, fee.kind, fee.corrects, fee.payer) == (Decimal("3.50"), "correction", found, found.payer)


def test_a_return_noted_by_mistake_is_taken_back_unless_it_is_collected_again():
    found = owed()
    made = returned(booked().debits.get())
    returns.take_back(made, by=None)
    assert owing.now(found) == [("paid", "80.00", "0.00")]
    assert again(made.debit).state == "collected"
    other = returned(again(made.debit))
    assert other is not None
    announced()
    with refuses(refusals.CollectedAgain):
        returns.take_back(other, by=None)


def test_a_payer_who_paid_otherwise_meanwhile_owes_nothing_after_a_return():
    found = owed()
    run = with_the_bank()
    payment = owing.pending(found.order, "80.00")
    by_hand.receive(payment, amount=Decimal("80.00"), by=None)
    returned(run.debits.get())
    assert owing.now(found) == [("paid", "80.00", "0.00")]
    assert Debit.objects.get().state == "returned"


def test_who_refunds_a_debit_is_told_of_the_eight_weeks(ours):
    owed()
    booked()
    payment = Payment.objects.get()
    assert "goes back twice" in _of_a_debit(payment)
    payment.settled_at -= timedelta(weeks=12)
    assert _of_a_debit(payment) == ""


def test_a_rejection_noted_by_mistake_is_under_way_again_and_nobody_else_collects_it():
    found = owed()
    run = with_the_bank()
    made = returned(run.debits.get())
    returns.take_back(made, by=None)
    assert owing.now(found) == [("pending", "0.00", "80.00")]
    [left_out] = planning.plan(run.creditor_account, PAPER.signed_on).left_out
    assert left_out.why == NotCollected.Why.UNDER_WAY
    collecting.book(run, on=run.collect_on, by=None)
    assert owing.now(found) == [("paid", "80.00", "0.00")]
