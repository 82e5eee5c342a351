"""Refunds by bank file: the account is asked for, many go in one file, none in two; the bank has the last word (R6)."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kring.core.sepa import Account
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.core.transitions import WrongState
from kring.mail.models import Message
from kring.payments import payees, paying, refunding, refusals, transfer_files
from kring.payments.models import Dispute, Payee, Payment, Refund, TransferFile, TransferItem
from tests import database, make
from tests.payments import ordering
from tests.payments.ordering import euro, fresh
from tests.payments.test_at_the_same_moment import at_once, in_scope_of
from tests.refusing import refuses

ADA = Account("Ada Lovelace", "NL91ABNA0417164300")
BOB = Account("Bob de Vries", "DE89370400440532013000")


@pytest.fixture
def organisation(organisation: Any) -> Any:
    organisation.bank_account = "NL44RABO0123456789"
    organisation.save(update_fields=["bank_account"])
    return organisation


def paid(**fields: Any) -> Payment:
    payment = ordering.start(ordering.order(**fields), "transfer").payment
    paying.confirm(payment)
    return fresh(payment)


def by_file(payment: Payment, amount: str = "20.00", account: Account | None = ADA) -> Refund:
    return refunding.refund(payment, amount=euro(amount), reason="Ill", by=None, how="bank_file", account=account)


def make_file(*refunds: Refund) -> TransferFile:
    return transfer_files.make([each.pk for each in refunds], execute_on=timezone.localdate(), by=None)


def downloaded(*refunds: Refund) -> TransferFile:
    made = make_file(*refunds)
    transfer_files.download(made, by=None)
    return made


def sums(payment: Payment) -> tuple[str, str, str]:
    """Refunded, on its way, left."""
    now = fresh(payment)
    return str(now.refunded), str(now.refunding), str(now.left)


def dispute(payment: Payment, amount: str) -> Dispute:
    return payment.disputes.create(provider_id="dp_1", amount=euro(amount))


def mails(template: str) -> list[str]:
    return list(Message.objects.filter(template=template).order_by("pk").values_list("recipient", flat=True))


def secret_of(message: Message) -> str:
    found = re.search(r"/refunds/account/([\w-]+)/", message.text)
    assert found is not None
    return found[1]


def test_what_the_payers_bank_has_taken_back_goes_into_no_file_until_the_dispute_is_won(in_scope, organisation):
    payment = paid()
    refund = by_file(payment)
    disputed = dispute(payment, str(payment.amount))

    with refuses(refusals.NothingForAFile):
        make_file(refund)
    assert not Refund.objects.ready_for_a_file().exists()

    disputed.win()
    assert make_file(refund).number == 1


def test_who_paid_is_asked_for_the_account_at_their_known_address_and_enters_it(in_scope):
    payment = paid()
    Payment.objects.filter(pk=payment.pk).update(payer_name="Eva", payer_email="eva@example.org")

    refund = by_file(fresh(payment), account=None)

    assert sums(payment) == ("0.00", "20.00", "29.95")
    message = Message.objects.get(template="payment-refund-account")
    assert (message.recipient, secret_of(message)) == ("eva@example.org", refund.payee.secret)
    payees.give(refund.payee, BOB, by=None)
    assert Refund.objects.ready_for_a_file().get() == refund
    assert mails("payment-refunded") == []


def test_one_payer_is_asked_once_for_all_that_waits(in_scope):
    payment = paid()
    first, second = by_file(payment, "5.00", None), by_file(fresh(payment), "7.00", None)

    assert first.payee_id == second.payee_id
    payees.give(first.payee, ADA, by=None)
    assert Refund.objects.ready_for_a_file().count() == 2
    assert by_file(fresh(payment), "1.00", None).payee_id != first.payee_id


def test_nobody_can_be_asked_where_there_is_no_address(in_scope):
    payment = paid()
    type(payment.order).objects.filter(pk=payment.order_id).update(buyer_email="")

    with refuses(refusals.NobodyToAsk):
        by_file(fresh(payment), account=None)

    assert by_file(fresh(payment)).payee.holder == "Ada Lovelace"


def test_asked_again_at_another_address_the_first_link_opens_nothing(in_scope):
    refund = by_file(paid(), account=None)
    before = refund.payee.secret
    type(refund.payment.order).objects.filter(pk=refund.payment.order_id).update(buyer_email="new@example.org")

    payees.ask_again(Refund.objects.select_related("payment__order").get(), by=None)

    assert mails("payment-refund-account") == ["ada@example.org", "new@example.org"]
    assert not Payee.objects.filter(secret=before).exists()


def test_asked_again_at_another_address_what_goes_to_somebody_else_stays_with_them(in_scope):
    one, other = by_file(paid(), account=None), by_file(paid(), account=None)
    assert one.payee_id == other.payee_id
    type(one.payment.order).objects.filter(pk=one.payment.order_id).update(buyer_email="new@example.org")

    payees.ask_again(Refund.objects.select_related("payment__order").get(pk=one.pk), by=None)

    assert (fresh(one).payee.email, fresh(other).payee.email) == ("new@example.org", "ada@example.org")
    payees.give(fresh(one).payee, BOB, by=None)
    assert Refund.objects.ready_for_a_file().get() == one


def test_once_the_address_is_corrected_the_link_sent_to_the_wrong_one_takes_no_account(in_scope, visitor):
    refund = by_file(paid(), account=None)
    type(refund.payment.order).objects.filter(pk=refund.payment.order_id).update(buyer_email="new@example.org")

    with refuses(refusals.TooLateForAccount):
        payees.give(refund.payee, BOB, by=None)

    assert visitor.get(f"/refunds/account/{refund.payee.secret}/").status_code == 404
    payees.give(refund.payee, BOB, by=make.staff("treasurer"))


@pytest.mark.parametrize(
    ("account", "refusal"),
    [
        (Account("Ana", "BR1500000000000010932840814P2"), refusals.OutsideSepa),
        (Account("王小明", "NL91ABNA0417164300"), refusals.NoLatinLetters),
    ],
)
def test_an_account_that_no_file_reaches_is_refused_at_once(in_scope, account, refusal):
    with refuses(refusal):
        by_file(paid(), account=account)


def test_the_account_is_cipher_text_in_the_database(in_scope):
    refund = by_file(paid())
    made = make_file(refund)

    with connection.cursor() as cursor:
        cursor.execute("SELECT account FROM payments_payee")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT contents FROM payments_transferfile")
        file = cursor.fetchone()[0]
    assert ADA.iban not in stored and "Ada" not in stored and ADA.iban not in file
    assert fresh(made).contents.count(ADA.iban) == 1


def test_many_go_in_one_file_and_are_refunded_once_the_bank_did_it(in_scope):
    one, other = paid(), paid()
    first, second = by_file(one), by_file(other, "49.95", BOB)

    made = make_file(first, second)

    assert (made.number, made.total, made.format) == (2, euro("69.95"), "sepa")
    assert {fresh(each).state for each in (first, second)} == {"pending"}
    assert sums(one) == ("0.00", "20.00", "29.95")
    assert not fresh(first).needs_staff and not Refund.objects.waiting_for_staff().exists()
    transfer_files.download(made, by=None)
    assert transfer_files.carry_out(made, by=None) == 2
    assert sums(one) == ("20.00", "0.00", "29.95")
    assert sums(other) == ("49.95", "0.00", "0.00")
    assert mails("payment-refunded") == ["ada@example.org", "ada@example.org"]
    assert "bank transfer" in Message.objects.filter(template="payment-refunded")[0].text


def test_no_refund_without_an_account_goes_into_a_file(in_scope):
    ready, waiting = by_file(paid()), by_file(paid(), account=None)

    made = make_file(ready, waiting)

    assert made.number == 1 and fresh(waiting).state == "asked"
    with refuses(refusals.NothingForAFile):
        make_file(ready, waiting)


def test_the_bytes_are_the_same_each_time_and_the_file_names_our_reference(in_scope):
    refund = by_file(paid())
    made = make_file(refund)

    first, second = (transfer_files.download(fresh(made), by=None) for _again in range(2))

    assert first == second and f"<EndToEndId>{refund.reference}</EndToEndId>".encode() in first
    assert b"NL44RABO0123456789" in first and fresh(made).state == "downloaded"


def test_the_refunds_of_a_file_that_was_thrown_away_go_into_another(in_scope):
    refund = by_file(paid())
    made = downloaded(refund)

    transfer_files.discard(made, by=None)

    assert fresh(refund).state == "asked"
    again = make_file(refund)
    assert again.message_id != made.message_id
    with refuses(WrongState):
        transfer_files.carry_out(made, by=None)
    with refuses(WrongState):
        transfer_files.carry_out(again, by=None)


def test_a_file_that_was_thrown_away_is_given_to_nobody_any_more(in_scope):
    made = make_file(by_file(paid()))
    old = TransferFile.objects.get()
    transfer_files.discard(made, by=None)

    with refuses(WrongState):
        transfer_files.download(old, by=None)


def test_a_file_that_somebody_downloaded_meanwhile_is_not_thrown_away_unawares(in_scope):
    made = make_file(by_file(paid()))
    transfer_files.download(TransferFile.objects.get(), by=None)

    with refuses(WrongState):
        transfer_files.discard(made, by=None, seen="made")

    transfer_files.discard(made, by=None, seen="downloaded")


def test_what_no_bank_can_have_yet_is_not_returned_by_it(in_scope):
    payment = paid()
    refund = by_file(payment)
    make_file(refund)

    with refuses(refusals.NotByBankFile):
        transfer_files.note_returned(fresh(refund), reason="Account closed", by=None)

    assert sums(payment) == ("0.00", "20.00", "29.95")


def test_what_the_bank_carried_out_cannot_be_thrown_away(in_scope):
    made = downloaded(by_file(paid()))
    transfer_files.carry_out(made, by=None)

    with refuses(WrongState):
        transfer_files.discard(made, by=None)
    with refuses(WrongState):
        transfer_files.carry_out(made, by=None)


def test_a_single_one_that_the_bank_returns_counts_as_received_again(in_scope):
    one, other = paid(), paid()
    first, second = by_file(one), by_file(other)
    made = downloaded(first, second)

    transfer_files.note_returned(first, reason="Account closed", by=None)

    assert sums(one) == ("0.00", "0.00", "49.95")
    assert transfer_files.carry_out(made, by=None) == 1
    assert (fresh(first).state, fresh(first).failure_reason, fresh(second).state) == (
        "failed",
        "Account closed",
        "done",
    )
    assert fresh(first).needs_staff
    by_file(fresh(one), account=BOB)
    assert not fresh(first).needs_staff


def test_money_that_comes_back_after_it_was_confirmed_is_with_the_organisation_and_the_payer_is_told(in_scope):
    payment = paid()
    refund = by_file(payment)
    transfer_files.carry_out(downloaded(refund), by=None)

    transfer_files.note_returned(fresh(refund), reason="No such account", by=None)

    assert sums(payment) == ("0.00", "0.00", "49.95")
    assert mails("payment-refund-failed") == ["ada@example.org"]
    with refuses(refusals.NotByBankFile):
        transfer_files.note_returned(fresh(refund), reason="No such account", by=None)


def test_it_is_taken_back_before_it_is_in_a_file_and_not_after(in_scope):
    first, second = by_file(paid(), account=None), by_file(paid())
    refunding.take_back(first, reason="Mistake", by=None)
    make_file(second)

    with refuses(refusals.TooLateToTakeBack):
        refunding.take_back(second, reason="Mistake", by=None)
    with refuses(refusals.TooLateForAccount):
        payees.give(first.payee, ADA, by=None)
    with refuses(refusals.TooLateForAccount):
        payees.give(second.payee, BOB, by=None)


def test_a_payment_of_test_mode_goes_by_no_bank(in_scope):
    payment = paid()
    Payment.objects.filter(pk=payment.pk).update(is_test=True)

    with refuses(refusals.CannotBeSent):
        by_file(fresh(payment))


def test_without_an_account_of_its_own_the_organisation_makes_no_file(organisation):
    organisation.bank_account = ""
    organisation.save(update_fields=["bank_account"])
    with scope(organisation):
        refund = by_file(paid())
        with refuses(refusals.NoOwnAccount):
            make_file(refund)


def test_another_currency_gets_a_list_that_is_no_formula(transactional_db):
    organisation = make.organisation(subdomain="zlot", currency="PLN", language="pl")
    with scope(organisation):
        refund = by_file(paid(), account=Account('=HYPERLINK("http://x")', "PL61109010140000071219812874"))
        made = make_file(refund)
        text = transfer_files.download(made, by=None).decode("utf-8-sig")
    assert made.format == "list"
    heads, row = csv.reader(io.StringIO(text))
    assert row[:4] == ['\'=HYPERLINK("http://x")', "PL61109010140000071219812874", "20.00", "PLN"]
    assert row[5] == refund.reference and len(heads) == 6


def test_account_numbers_are_deleted_three_months_after_the_refund(organisation):
    with scope(organisation):
        refund, waiting = by_file(paid()), by_file(paid(), account=BOB)
        made = downloaded(refund)
        transfer_files.carry_out(made, by=None)
        assert fresh(refund.payee).forget_on == timezone.localdate() + timedelta(days=90)
        past = timezone.localdate() - timedelta(days=1)
        Payee.objects.exclude(forget_on=None).update(forget_on=past)
        TransferFile.objects.update(forget_on=past)

    assert tick()["payments.forget_accounts"] == 2

    with scope(organisation):
        assert fresh(refund.payee).account is None and fresh(waiting.payee).holder == "Bob de Vries"
        with refuses(refusals.Forgotten):
            transfer_files.download(fresh(made), by=None)


def test_a_payee_belongs_to_a_refund_by_bank_file_and_to_no_other(in_scope):
    payment = paid()
    with pytest.raises(IntegrityError, match="refund_has_a_payee_exactly_by_bank_file"), transaction.atomic():
        payment.refunds.create(amount=euro("1.00"), reason="x", how="bank_file", state="asked")


def test_the_database_keeps_a_refund_out_of_a_second_file(in_scope):
    refund = by_file(paid())
    first = make_file(refund)
    other = TransferFile.objects.create(format="sepa", currency="EUR", number=1, total=1, execute_on=first.execute_on)

    with pytest.raises(IntegrityError, match="refund_is_in_one_file_at_most"), transaction.atomic():
        TransferItem.objects.create(file=other, refund=refund)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def organisation(self, transactional_db: Any) -> Any:
        return make.organisation(bank_account="NL44RABO0123456789")

    def test_two_treasurers_put_no_refund_into_two_files(self, organisation):
        with scope(organisation):
            keys = [by_file(paid()).pk for _number in range(4)]
        made = at_once(
            *[in_scope_of(organisation, lambda: transfer_files.make(keys, execute_on=timezone.localdate(), by=None))]
            * 4
        )

        assert sum(isinstance(each, TransferFile) for each in made) == 1
        assert sum(isinstance(each, refusals.NothingForAFile) for each in made) == 3

    def rows_at_once(self, organisation: Any) -> int:
        """Whatever code there will be: rows, without the verb and its locks; how many were written."""
        with scope(organisation):
            refund = by_file(paid())
            facts = {"format": "sepa", "currency": "EUR", "number": 1, "total": 1, "execute_on": timezone.localdate()}
            files = [TransferFile.objects.create(**facts) for _number in range(6)]

        def row(file: TransferFile) -> Any:
            return lambda: TransferItem.objects.create(file=file, refund=refund)

        made = at_once(*[in_scope_of(organisation, row(each)) for each in files])
        return sum(isinstance(each, TransferItem) for each in made)

    def test_the_database_lets_one_of_six_rows_in(self, organisation):
        assert self.rows_at_once(organisation) == 1

    def test_without_its_key_it_would_be_in_six(self, organisation):
        with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
            (definition,) = owner.execute(
                "SELECT indexdef FROM pg_indexes WHERE indexname = 'refund_is_in_one_file_at_most'"
            ).fetchone()
            owner.execute("DROP INDEX refund_is_in_one_file_at_most")
            try:
                assert self.rows_at_once(organisation) == 6
            finally:
                owner.execute("UPDATE payments_transferitem SET is_live = false")
                owner.execute(definition)

    def test_the_payer_changes_the_account_while_the_file_is_made(self, organisation):
        with scope(organisation):
            refund = by_file(paid())
        file, change = at_once(
            in_scope_of(organisation, lambda: make_file(refund)),
            in_scope_of(organisation, lambda: payees.give(refund.payee, BOB, by=None)),
        )

        with scope(organisation):
            written = fresh(file).contents
            assert fresh(refund.payee).account["iban"] in written
        assert change is None or isinstance(change, refusals.TooLateForAccount)

    def test_confirmed_and_thrown_away_at_once_it_is_one_of_the_two(self, organisation):
        with scope(organisation):
            payment = paid()
            made = downloaded(by_file(payment))
        both = at_once(
            in_scope_of(organisation, lambda: transfer_files.carry_out(fresh(made), by=None)),
            in_scope_of(organisation, lambda: transfer_files.discard(fresh(made), by=None)),
            in_scope_of(organisation, lambda: transfer_files.carry_out(fresh(made), by=None)),
        )

        with scope(organisation):
            state, found = fresh(made).state, sums(payment)
        assert sum(isinstance(each, WrongState) for each in both) == 2
        assert found == (("20.00", "0.00", "29.95") if state == "carried_out" else ("0.00", "20.00", "29.95"))
