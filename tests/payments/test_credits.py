"""Credit: refunds that stay here and pay later orders; never below zero, never counted twice (R6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from kring.accounts.models import User
from kring.billing.models import Order
from kring.core.sepa import Account
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.mail.models import Message
from kring.payments import credits, payees, paying, paying_out, refunding, refusals, transfer_files
from kring.payments.models import KEPT, CreditAccount, CreditEntry, Payment, Refund
from tests import database, make
from tests.payments import ordering
from tests.payments.ordering import euro, fresh
from tests.payments.test_at_the_same_moment import at_once, in_scope_of
from tests.refusing import refuses

EMAIL = "ada@example.org"


def paid(price: str = "50.00") -> Payment:
    payment = ordering.start(ordering.order(price=price), "transfer").payment
    paying.confirm(payment)
    return fresh(payment)


def to_credit(payment: Payment, amount: str = "20.00") -> Refund:
    return refunding.refund(fresh(payment), amount=euro(amount), reason="Ill", by=None, how="credit")


def account() -> CreditAccount:
    return CreditAccount.objects.get(email=EMAIL)


def balance() -> Decimal:
    return account().balance


def spend(order: Order, amount: str) -> Payment:
    return ordering.start(order, "credit", settings={"email": EMAIL}, amount=euro(amount)).payment


def income() -> Decimal:
    return Payment.objects.filter(state="paid").aggregate(kept=Sum(KEPT))["kept"]


def what() -> list[str]:
    """The first sentence of each email about credit."""
    texts = Message.objects.filter(template="credit-changed").order_by("pk")
    return [each.text.split("\n\n")[1] for each in texts]


def test_a_refund_goes_to_the_credit_of_whoever_paid(in_scope):
    payment = paid()
    Payment.objects.filter(pk=payment.pk).update(payer_name="Eva", payer_email="Eva@Example.org")

    refund = to_credit(payment)

    assert (refund.state, fresh(payment).refunded) == ("done", 20)
    assert [(each.email, each.balance) for each in CreditAccount.objects.all()] == [("eva@example.org", 20)]
    assert Message.objects.filter(template="payment-refunded").count() == 0
    assert Message.objects.get(template="credit-changed").recipient == "eva@example.org"


def test_it_pays_a_later_order_in_full_and_counts_once(in_scope):
    to_credit(paid(), "50.00")
    order = ordering.order(price="30.00")

    payment = spend(order, "30.00")

    assert (payment.state, fresh(order).state, balance()) == ("paid", "paid", 20)
    assert income() == 30
    assert what() == ["A refund was added to your credit.", "Your credit was used to pay an order."]


def test_it_pays_a_part_and_another_method_the_rest(in_scope):
    to_credit(paid())
    order = ordering.order(price="30.00")

    spend(order, "20.00")

    assert (fresh(order).state, balance()) == ("awaiting", 0)
    assert not Message.objects.filter(template__in=["payment-too-little", "payment-part-received"]).exists()
    rest = ordering.start(fresh(order), "transfer").payment
    assert rest.amount == 10
    paying.confirm(rest)
    assert fresh(order).state == "paid"
    assert income() == 60


def test_no_more_is_spent_than_there_is(in_scope):
    to_credit(paid())
    order = ordering.order(price="30.00")

    with refuses(refusals.NotEnoughCredit):
        spend(order, "20.01")

    assert balance() == 20 and not order.payments.exists()


def test_a_refund_of_what_credit_paid_is_credit_again_and_goes_nowhere_else(in_scope):
    to_credit(paid())
    payment = spend(ordering.order(price="20.00"), "20.00")

    assert refunding.ways(payment) == ["credit", "gift"]
    with refuses(refusals.CannotBeSent):
        refunding.refund(fresh(payment), amount=euro("5.00"), reason="Ill", by=None, how="cash")
    refunding.refund(fresh(payment), amount=euro("15.00"), reason="Ill", by=None)

    assert balance() == 15


@pytest.mark.parametrize("ends", ["expires", "is cancelled"])
def test_the_credit_of_an_order_that_is_never_completed_comes_back_by_itself_once(organisation, ends):
    from kring.billing import settling

    with scope(organisation):
        to_credit(paid())
        order = ordering.order(price="30.00")
        spend(order, "20.00")
        if ends == "expires":
            ordering.let_expire(order)
        else:
            settling.cancel(fresh(order), reason="No")

    for _again in range(3):
        tick()

    with scope(organisation):
        assert balance() == 20
        assert [each.amount for each in CreditEntry.objects.order_by("pk")] == [20, -20, 20]


def test_of_an_order_that_was_completed_nothing_comes_back_by_itself(organisation):
    from kring.billing import settling

    with scope(organisation):
        to_credit(paid())
        order = ordering.order(price="20.00")
        spend(order, "20.00")
        settling.cancel(fresh(order), reason="No")

    tick()

    with scope(organisation):
        assert balance() == 0


def test_a_refund_noted_by_mistake_is_taken_back_unless_it_was_spent(in_scope):
    refund = to_credit(paid())
    spend(ordering.order(price="15.00"), "15.00")

    with refuses(refusals.NotEnoughCredit):
        refunding.take_back(fresh(refund), reason="Mistake", by=None)
    assert fresh(refund).state == "done"

    to_credit(paid(), "15.00")
    refunding.take_back(fresh(refund), reason="Mistake", by=None)
    assert balance() == 0


def test_it_is_paid_out_against_the_payments_it_came_from(in_scope):
    one, other = paid(), paid()
    to_credit(one, "30.00")
    to_credit(other, "20.00")

    made = paying_out.pay_out(account(), amount=euro("35.00"), how="transfer", reason="Asked for", by=None)

    assert [(each.payment_id, each.amount, each.how) for each in made] == [
        (other.pk, 20, "transfer"),
        (one.pk, 15, "transfer"),
    ]
    assert (balance(), fresh(one).refunded, fresh(other).refunded) == (15, 30, 20)
    assert income() == 50
    assert what()[-1] == "Your credit is paid out to you."
    with refuses(refusals.NotEnoughCredit):
        paying_out.pay_out(account(), amount=euro("15.01"), how="cash", reason="Asked for", by=None)
    paying_out.pay_out(account(), amount=euro("15.00"), how="cash", reason="Asked for", by=None)
    assert balance() == 0


def test_it_is_paid_out_by_bank_file_and_what_the_bank_returns_is_with_the_organisation(in_scope):
    in_scope.bank_account = "NL44RABO0123456789"
    payment = paid()
    to_credit(payment)

    to = Account("Ada", "NL91ABNA0417164300")
    (refund,) = paying_out.pay_out(account(), amount=euro("20.00"), how="bank_file", reason="Asked", by=None, to=to)

    assert (balance(), refund.state, fresh(payment).refunding) == (0, "asked", 20)
    file = transfer_files.make([refund.pk], execute_on=refund.created_at.date(), by=None)
    transfer_files.download(file, by=None)
    transfer_files.note_returned(fresh(refund), reason="Closed", by=None)
    assert fresh(payment).left == 50 and file.total == 20


def test_paid_out_by_bank_file_whose_credit_it_is_is_asked_where_to_and_no_buyer(in_scope):
    payment = paid()
    refund = to_credit(payment)
    Order.objects.filter(pk=payment.order_id).update(buyer_email="new@example.org")

    paying_out.pay_out(refund.credit_account, amount=euro("20.00"), how="bank_file", reason="Asked", by=None)

    made = Refund.objects.select_related("payment__order", "payee").get(how="bank_file")
    payees.ask_again(made, by=None)
    payees.give(fresh(made.payee), Account("Ada", "NL91ABNA0417164300"), by=None)
    asked = Message.objects.filter(template="payment-refund-account")
    assert [each.recipient for each in asked] == [EMAIL, EMAIL]


@pytest.mark.parametrize("how", ["cash", "bank_file"])
def test_paid_out_by_mistake_it_is_credit_again(in_scope, how):
    payment = paid()
    refund = to_credit(payment)
    (made,) = paying_out.pay_out(account(), amount=euro("15.00"), how=how, reason="Asked", by=None)

    refunding.take_back(made, reason="Mistake", by=None)

    assert (balance(), fresh(payment).left, fresh(refund).state) == (20, 30, "taken_back")
    assert what()[-1] == "A refund was added to your credit."
    with refuses(refusals.TooLateToTakeBack):
        refunding.take_back(made, reason="Mistake", by=None)
    paying_out.pay_out(account(), amount=euro("20.00"), how="cash", reason="Asked", by=None)
    assert (balance(), income()) == (0, 30)


def test_what_the_payers_bank_has_taken_back_is_not_paid_out_too(in_scope):
    payment = paid()
    to_credit(payment)
    payment.disputes.create(provider_id="d1", amount=euro("50.00"))

    with refuses(refusals.RefundTooLarge):
        paying_out.pay_out(account(), amount=euro("20.00"), how="cash", reason="Asked", by=None)

    assert balance() == 20


def test_paid_out_by_a_second_click_it_goes_out_once(in_scope):
    to_credit(paid())
    seen = balance()

    facts: Any = {"amount": euro("5.00"), "how": "cash", "reason": "Asked for", "by": None, "seen": seen}
    paying_out.pay_out(account(), **facts)
    with refuses(refusals.CreditChangedMeanwhile):
        paying_out.pay_out(account(), **facts)

    assert balance() == 15


def test_credit_that_was_spent_and_came_back_is_paid_out_too(in_scope):
    to_credit(paid())
    payment = spend(ordering.order(price="20.00"), "20.00")
    refunding.refund(fresh(payment), amount=euro("20.00"), reason="Ill", by=None)

    paying_out.pay_out(account(), amount=euro("20.00"), how="cash", reason="Asked for", by=None)

    assert balance() == 0 and income() == 30


def test_only_who_is_logged_in_with_the_address_and_proved_it_can_use_it(in_scope):
    """Whoever ordered in somebody's name, and had them confirm it, has the order's link too."""
    to_credit(paid())
    order = ordering.order(price="30.00")
    owner, stranger = User.objects.get(email=EMAIL), make.user("eve@example.org")
    owner.emailaddress_set.update_or_create(email=EMAIL, defaults={"verified": True})

    assert credits.usable(order, owner) == account()
    assert credits.usable(order, stranger) is None
    assert credits.usable(order, None) is None
    Order.objects.filter(pk=order.pk).update(confirmed_email=EMAIL)
    assert credits.usable(fresh(order), None) is None
    owner.emailaddress_set.update(verified=False)
    assert credits.usable(order, owner) is None


def test_pretended_money_becomes_no_credit(in_scope):
    payment = paid()
    Payment.objects.filter(pk=payment.pk).update(is_test=True)

    with refuses(refusals.CannotBeSent):
        to_credit(payment)


def test_where_nobody_could_use_it_there_is_none(in_scope):
    payment = paid()
    Order.objects.filter(pk=payment.order_id).update(buyer_email="")

    with refuses(refusals.NobodysCredit):
        to_credit(payment)


def test_the_ledger_is_only_added_to(in_scope):
    to_credit(paid())
    entry = CreditEntry.objects.get()

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        CreditEntry.objects.filter(pk=entry.pk).update(amount=1000)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        entry.delete()


def test_the_database_lets_no_balance_fall_below_zero(in_scope):
    refund = to_credit(paid())

    with pytest.raises(IntegrityError, match="credit_is_never_below_zero"), transaction.atomic():
        CreditEntry.objects.create(account=account(), amount=euro("-20.01"), refund=refund)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def organisation(self, transactional_db: Any) -> Any:
        return make.organisation()

    def test_two_tabs_spend_it_once(self, organisation):
        with scope(organisation):
            to_credit(paid())
            orders = [ordering.order(price="20.00") for _number in range(4)]

        made = at_once(*[in_scope_of(organisation, lambda order=each: spend(order, "20.00")) for each in orders])

        assert sum(isinstance(each, Payment) for each in made) == 1
        assert sum(isinstance(each, refusals.NotEnoughCredit) for each in made) == 3
        with scope(organisation):
            assert balance() == 0 and income() == 50

    def test_the_same_order_in_two_tabs_is_paid_once(self, organisation):
        with scope(organisation):
            to_credit(paid(), "50.00")
            order = ordering.order(price="20.00")

        at_once(*[in_scope_of(organisation, lambda: spend(fresh(order), "20.00"))] * 3)

        with scope(organisation):
            assert balance() == 30 and order.payments.count() == 1

    def test_spent_and_paid_out_and_taken_back_at_once_it_goes_once(self, organisation):
        with scope(organisation):
            refund = to_credit(paid())
            order = ordering.order(price="20.00")

        def out() -> Any:
            return paying_out.pay_out(account(), amount=euro("20.00"), how="cash", reason="Asked", by=None)

        at_once(
            in_scope_of(organisation, lambda: spend(order, "20.00")),
            in_scope_of(organisation, out),
            in_scope_of(organisation, lambda: refunding.take_back(fresh(refund), reason="No", by=None)),
        )

        with scope(organisation):
            assert balance() == 0
            assert sorted(each.amount for each in CreditEntry.objects.all()) == [-20, 20]

    def entries_at_once(self, organisation: Any) -> None:
        """Whatever code there will be: rows, without the verbs and their locks."""
        with scope(organisation):
            refund = to_credit(paid())

        def entry() -> Any:
            return CreditEntry.objects.create(account_id=refund.credit_account_id, amount=euro("-8.00"), refund=refund)

        at_once(*[in_scope_of(organisation, entry)] * 6)

    def left(self, organisation: Any) -> Decimal:
        with scope(organisation):
            return CreditEntry.objects.aggregate(left=Sum("amount"))["left"]

    def test_six_rows_at_once_leave_no_less_than_nothing(self, organisation):
        self.entries_at_once(organisation)

        assert self.left(organisation) == 4

    def test_without_the_check_more_would_be_spent_than_there_was(self, organisation):
        with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
            owner.execute("ALTER TABLE payments_creditaccount DROP CONSTRAINT credit_is_never_below_zero")
            try:
                self.entries_at_once(organisation)
                assert self.left(organisation) == -28
            finally:
                owner.execute("UPDATE payments_creditaccount SET balance = 0")
                owner.execute(
                    "ALTER TABLE payments_creditaccount ADD CONSTRAINT credit_is_never_below_zero CHECK (balance >= 0)"
                )
