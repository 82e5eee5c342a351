"""Whatever staff, the job, the provider and its notices do, in any order: never more goes back than came (R6)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.core.sepa import Account
from kring.payments import inbox, payees, paying, paying_out, refunding, transfer_files
from kring.payments.method import DisputeReport, ProviderReport, RefundReport
from kring.payments.models import CreditAccount, Dispute, Payment, Refund, TransferFile, TransferItem
from kring.payments.sending_refunds import _note
from tests.payments import ordering
from tests.payments.ordering import fresh
from tests.thorough import examples

CAME = Decimal("49.95")
AMOUNTS = st.sampled_from([Decimal("0.01"), Decimal("20.00"), Decimal("24.98"), CAME])
STATUSES = st.sampled_from(["pending", "done", "failed", "cancelled"])
NUMBERS = st.integers(0, 5)


def received() -> Payment:
    """By the provider, as far as its refunds see; of a payer of its own."""
    account = ordering.account()
    payment = ordering.start(ordering.order(), "transfer").payment
    paying.confirm(payment)
    Payment.objects.filter(pk=payment.pk).update(
        method="testpay", provider_account=account, provider_id=f"charge-{payment.pk}"
    )
    Order.objects.filter(pk=payment.order_id).update(buyer_email=f"ada-{payment.pk}@example.org")
    return fresh(payment)


class Refunds(RuleBasedStateMachine):
    """Of one payment: ledgers are only added to, so that each example has another."""

    def __init__(self) -> None:
        super().__init__()
        TransferFile.objects.all().delete()
        self.key = received().pk

    @property
    def payment(self) -> Any:
        return Payment.objects.get(pk=self.key)

    def refunds(self) -> list[Refund]:
        rows = Refund.objects.filter(payment=self.key)
        return list(rows.order_by("pk").select_related("payment__order"))

    def credit(self) -> list[CreditAccount]:
        return list(CreditAccount.objects.filter(email=f"ada-{self.key}@example.org"))

    @rule(amount=AMOUNTS, how=st.sampled_from(["provider", "cash", "credit", "gift", ""]))
    def staff_refund(self, amount: Decimal, how: str) -> None:
        try:
            with transaction.atomic():
                refunding.refund(self.payment, amount=amount, reason="Ill", by=None, how=how)
        except Refusal:
            return

    @rule(amount=AMOUNTS, is_known=st.booleans())
    def staff_refund_by_bank_file(self, amount: Decimal, is_known: bool) -> None:
        account = Account("Ada", "NL91ABNA0417164300") if is_known else None
        self._try(
            lambda: refunding.refund(
                self.payment, amount=amount, reason="Ill", by=None, how="bank_file", account=account
            )
        )

    @rule(number=NUMBERS)
    def the_payer_enters_an_account(self, number: int) -> None:
        for refund in self.refunds()[number : number + 1]:
            if refund.payee is not None:
                self._try(lambda each=refund: payees.give(each.payee, Account("Ada", "NL91ABNA0417164300"), by=None))

    @rule()
    def staff_make_a_file(self) -> None:
        keys = [each.pk for each in self.refunds()]
        self._try(lambda: transfer_files.make(keys, execute_on=timezone.localdate(), by=None))

    @rule(act=st.sampled_from(["download", "carry_out", "discard"]), number=st.integers(0, 2))
    def staff_see_to_a_file(self, act: str, number: int) -> None:
        for file in TransferFile.objects.order_by("pk")[number : number + 1]:
            self._try(lambda each=file: getattr(transfer_files, act)(each, by=None))

    @rule(number=NUMBERS)
    def the_bank_returns(self, number: int) -> None:
        for refund in self.refunds()[number : number + 1]:
            self._try(lambda each=refund: transfer_files.note_returned(each, reason="Closed", by=None))

    def _try(self, act: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                act()
        except Refusal:
            return

    @rule(number=NUMBERS)
    def staff_take_back(self, number: int) -> None:
        for refund in self.refunds()[number : number + 1]:
            try:
                with transaction.atomic():
                    refunding.take_back(refund, reason="No", by=None)
            except Refusal:
                return

    @rule(number=NUMBERS, status=STATUSES)
    def the_provider_answers(self, number: int, status: str) -> None:
        for refund in self.refunds()[number : number + 1]:
            if refund.how == "provider" and refund.state in ("asked", "sending"):
                refund.send()
                _note([(refund, RefundReport(f"id-{refund.pk}", status, refund.amount, refund.reference))])

    @rule(number=NUMBERS, status=STATUSES, repeats=st.booleans())
    def the_provider_reports(self, number: int, status: str, repeats: bool) -> None:
        for refund in self.refunds()[number : number + 1]:
            if refund.how == "provider":
                reference = refund.reference if repeats else ""
                self._believe(refunds=(RefundReport(f"id-{refund.pk}", status, refund.amount, reference),))

    @rule(amount=AMOUNTS, status=STATUSES, number=NUMBERS)
    def somebody_refunds_at_the_providers_site(self, amount: Decimal, status: str, number: int) -> None:
        self._believe(refunds=(RefundReport(f"foreign-{number}-{amount}", status, amount),))

    @rule(status=st.sampled_from(["open", "won", "lost"]))
    def a_bank_takes_back(self, status: str) -> None:
        self._believe(disputes=(DisputeReport("dispute", status, Decimal("20.00")),))

    def _believe(self, **reports: Any) -> None:
        payment = self.payment
        report = ProviderReport("e", payment.provider_id, "paid", payment.amount, payment.currency, **reports)
        inbox.believe(payment, report)

    @invariant()
    def never_more_goes_back_than_came(self) -> None:
        payment, refunds = self.payment, self.refunds()
        sums = {state: sum(each.amount for each in refunds if each.state == state) for state in Refund.State}
        assert payment.refunded == sums["done"]
        assert payment.refunding == sums["asked"] + sums["sending"] + sums["pending"]
        assert payment.refunded + payment.refunding <= CAME
        taken = sum(each.amount for each in Dispute.objects.filter(payment=self.key).exclude(state="won"))
        assert payment.charged_back == taken

    @invariant()
    def what_is_under_way_by_bank_file_is_in_one_file(self) -> None:
        live = list(TransferItem.objects.filter(is_live=True).values_list("refund", flat=True))
        pending = {each.pk for each in self.refunds() if each.how == "bank_file" and each.state in ("pending", "done")}
        assert len(live) == len(set(live)) and pending <= set(live)

    @invariant()
    def credit_and_gifts_are_what_the_refunds_say(self) -> None:
        done = [each for each in self.refunds() if each.state == "done"]
        assert self.payment.gifted == sum(each.amount for each in done if each.how == "gift")
        credit = sum(each.amount for each in done if each.how == "credit")
        assert sum(each.balance for each in self.credit()) == credit

    @rule(amount=AMOUNTS, how=st.sampled_from(["cash", "bank_file"]))
    def staff_pay_credit_out(self, amount: Decimal, how: str) -> None:
        for account in self.credit():
            self._try(
                lambda each=account: paying_out.pay_out(each, amount=amount, how=how, reason="Asked for", by=None)
            )

    @invariant()
    def one_refund_of_a_provider_is_one_row(self) -> None:
        known = [each.provider_id for each in self.refunds() if each.provider_id]
        assert len(known) == len(set(known))


def test_never_more_goes_back_than_came(in_scope):
    in_scope.bank_account = "NL44RABO0123456789"
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    tries = settings(max_examples=examples(80), stateful_step_count=15, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Refunds, settings=tries)


@pytest.mark.parametrize("state", ["asked", "sending", "pending", "done"])
def test_the_database_refuses_the_cent_too_many_in_each_state(in_scope, state):
    payment = received()
    Dispute.objects.create(payment=payment, provider_id="d", amount=Decimal("49.90"))

    with pytest.raises(IntegrityError, match="payment_gives_back_no_more_than_is_left"), transaction.atomic():
        Refund.objects.create(payment=payment, amount=Decimal("0.06"), reason="x", how="provider", state=state)
