"""What a line is for: by what the payer wrote, by account, by name (C4); booked, divided, undone."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kring.banking import deciding, matching, orders, references
from kring.banking.meanings import Evidence, LineMeaning, Meaning, meanings
from kring.banking.models import BankingSettings, MatchRule, StatementLine
from kring.banking.refusals import ChangedMeanwhile, MeansNothing, NeedsAPurpose, NotIncoming
from kring.billing.models import Order
from kring.core.refusals import WrongState
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import by_hand, paying, splitting, structured
from kring.payments.models import IncomingTransfer, Payment, TransferShare
from kring.payments.splitting import Arrived, NotAllOfIt
from tests import make
from tests.banking.booking import THEIRS, came, read, waiting
from tests.payments.ordering import fresh
from tests.refusing import refuses


def codes_of(line: StatementLine) -> list[str]:
    return [each["code"] for each in line.proposal["evidence"]]


def alike(number: str) -> str:
    """As somebody copies it who reads 5 as S."""
    return number.translate(str.maketrans("S5Z2B8", "5S2Z8B"))


@pytest.mark.usefixtures("in_scope")
class TestReferences:
    def test_its_number_in_the_text_and_the_amount(self):
        order = waiting("50")

        (line,) = read(came("50.00", f"Gala {order.number}, thanks"))

        assert (line.meaning, line.proposal["details"]) == ("orders", {"shares": {order.number: "50.00"}})
        assert (codes_of(line), line.proposal["is_certain"]) == (["reference", "amount"], True)

    @pytest.mark.parametrize("write", [
        lambda text: " ".join(text),
        lambda text: f"{text[:4]} {text[4:]}",
        lambda text: text.lower(),
        lambda text: f"ref:{text[:3]}/{text[3:]}.",
        lambda text: f"x{text}y",
    ])  # fmt: skip
    def test_however_it_is_written(self, write):
        order = waiting("50")

        (line,) = read(came("50.00", write(order.number)))

        assert line.proposal["details"]["shares"] == {order.number: "50.00"}

    def test_with_letters_that_look_alike(self):
        order = waiting("50")
        type(order).objects.filter(pk=order.pk).update(number="S5Z2B8AQ")

        (line,) = read(came("50.00", "5SZ28BA0"))

        assert (codes_of(line), line.proposal["is_certain"]) == (["look_alike", "amount"], True)

    def test_but_look_alikes_of_another_amount_are_for_a_person(self):
        order = waiting("50")
        type(order).objects.filter(pk=order.pk).update(number="S5Z2B8AQ")

        (line,) = read(came("40.00", "5SZ28BA0"))

        assert (codes_of(line), line.proposal["is_certain"]) == (["look_alike", "less"], False)

    def test_the_reference_of_the_payment_as_end_to_end_id(self):
        order = waiting("50")

        (line,) = read(came("50.00", "hello", end_to_end_id=order.payments.get().reference))

        assert codes_of(line) == ["end_to_end", "amount"]

    def test_a_creditor_reference(self):
        order = waiting("50")
        reference = structured.of_payment(order.payments.get(), "NL91ABNA0417164300")

        (line,) = read(came("50.00", structured_reference=reference.replace(" ", "")))

        assert codes_of(line) == ["structured", "amount"]

    def test_twelve_digits_of_belgium(self):
        order = waiting("50")
        reference = structured.of_payment(order.payments.get(), "BE68539007547034")

        (line,) = read(came("50.00", f"{reference} merci"))

        assert (codes_of(line), line.proposal["details"]["shares"]) == (
            ["structured", "amount"],
            {order.number: "50.00"},
        )

    def test_a_number_of_nothing_means_nothing(self):
        (line,) = read(came("50.00", "ABCD2345 invoice 12345678"))

        assert (line.meaning, line.proposal) == ("", {})

    def test_two_orders_in_one_transfer(self):
        first, second = waiting("50"), waiting("30")

        (line,) = read(came("80.00", f"{first.number} {second.number}"))

        assert line.proposal["details"]["shares"] == {first.number: "50.00", second.number: "30.00"}
        assert line.proposal["is_certain"]

    def test_a_part_is_booked_and_too_much_is_for_a_person(self):
        order = waiting("50")

        part, more = read(came("20.00", order.number), came("70.00", order.number))

        assert (codes_of(part), part.proposal["is_certain"]) == (["reference", "less"], True)
        assert (codes_of(more), more.proposal["is_certain"]) == (["reference", "more"], False)

    def test_an_order_that_is_over_is_for_a_person(self):
        order = waiting("50")
        type(order).objects.filter(pk=order.pk).update(state="expired")

        (line,) = read(came("50.00", order.number))

        assert (codes_of(line), line.proposal["is_certain"]) == (["reference", "over"], False)

    def test_money_of_another_currency_and_money_that_left_are_for_no_order(self):
        order = waiting("50")

        lines = read(came("50.00", order.number, currency="USD"), came("-50.00", order.number))

        assert [line.meaning for line in lines] == ["", ""]
        with refuses(NotIncoming):
            deciding.book_on_orders(lines[0], {order.number: Decimal(50)}, by=None)

    def test_a_return_is_no_payment(self):
        order = waiting("50")

        (line,) = read(came("50.00", order.number, return_reason="AC04", is_reversal=True))

        assert line.meaning == ""


class TestStructured:
    def test_dutch_check_digits(self):
        assert structured.is_dutch("5000056789012345")
        assert not structured.is_dutch("4000056789012345")
        assert structured.numbers_in("5000 0567 8901 2345") == {56789012345}

    def test_belgian_check_digits(self):
        assert structured.in_belgium(909337554) == "+++090/9337/55493+++"
        assert structured.numbers_in("+++090/9337/55493+++") == {909337554}

    def test_creditor_references(self):
        reference = structured.creditor_reference("ABCD2345-WXYZ")

        assert structured.is_creditor_reference(reference)
        assert not structured.is_creditor_reference(reference.replace("A", "B"))

    def test_what_is_printed_in_the_netherlands_is_read(self):
        assert structured.in_the_netherlands(56789012345) == "5000 0567 8901 2345"

    def test_letters_that_look_like_digits(self):
        assert structured.numbers_in("+++O9O/9337/SS493+++") == {909337554}

    def test_orders_and_payments_have_numbers_of_their_own(self):
        assert structured.meant(7) == (Payment, 7)
        assert structured.meant(structured.ORDERS + 7) == (Order, 7)

    def test_look_alikes(self):
        assert references.canonical("0O1I5S") == "QQLL55"


@pytest.mark.usefixtures("in_scope")
class TestOthers:
    def test_an_account_that_has_paid_before(self):
        first = waiting("50")
        (line,) = read(came("50.00", first.number, iban=THEIRS))
        deciding.accept(line, by=None)
        second = waiting("30")

        (line,) = read(came("30.00", "for the camp", iban=THEIRS))

        assert line.proposal["details"]["shares"] == {second.number: "30.00"}
        assert (codes_of(line), line.proposal["is_certain"]) == (["known_account", "amount"], True)

    def test_an_account_that_has_paid_before_with_another_amount_is_for_a_person(self):
        MatchRule.objects.create(iban=THEIRS, email="ada@example.org")
        waiting("30")

        (line,) = read(came("20.00", iban=THEIRS))

        assert (codes_of(line), line.proposal["is_certain"]) == (["known_account", "less"], False)

    def test_the_name_and_the_amount_are_proposed(self):
        order = waiting("50", name="Ada Lovelace")

        (line,) = read(came("50.00", "gala", name="Mevr A. Lovelace"))

        assert line.proposal["details"]["shares"] == {order.number: "50.00"}
        assert (codes_of(line), line.proposal["is_certain"]) == (["name", "amount"], False)

    @pytest.mark.parametrize(("at_bank", "buyer", "is_same"), [
        ("Lovelace A", "Ada Lovelace", False),
        ("Hr. J.P. de Vries", "Jan Pieter de Vries", True),
        ("Ada B", "Ada Byron", True),
        ("Ada Byron", "Ada B.", True),
        ("Ada", "Ada", False),
    ])  # fmt: skip
    def test_letters_alone_stand_for_names_that_begin_with_them(self, at_bank, buyer, is_same):
        waiting("50", name=buyer)

        assert bool(read(came("50.00", "gala", name=at_bank))[0].meaning) is is_same

    def test_a_name_of_more_orders_than_one_could_look_through_is_nothing(self):
        for _each in range(orders.MOST_NAMESAKES):
            waiting("50", name="Ada Lovelace")
        (line,) = read(came("50.00", "gala", name="Ada Lovelace"), match=False)
        matching.again()
        matching.match_batch()
        line.refresh_from_db()
        assert codes_of(line) == ["name"] * orders.MOST_NAMESAKES + ["less"]

        waiting("50", name="A. Lovelace")
        matching.again()
        matching.match_batch()
        line.refresh_from_db()

        assert line.meaning == ""

    def test_a_name_with_another_amount_is_nothing(self):
        waiting("50", name="Ada Lovelace")

        assert read(came("51.00", "gala", name="A. Lovelace"))[0].meaning == ""

    def test_a_purpose_is_learned(self):
        (first,) = read(came("-5.00", "Costs", iban=THEIRS, name="The bank"))
        deciding.set_aside(first, "bank charges", by=None, always=True)

        (line,) = read(came("-6.00", "Costs again", iban=THEIRS, name="The bank"))

        assert (line.meaning, line.proposal["details"], codes_of(line)) == (
            "purpose",
            {"purpose": "bank charges"},
            ["rule"],
        )

    def test_of_lines_without_an_account_by_their_words(self):
        (first,) = read(came("-5.00", "KOSTEN 05-01-2026"))
        deciding.set_aside(first, "bank charges", by=None, always=True)

        (line, other) = read(came("-6.00", "Kosten 05-02-2026"), came("6.00", "Kosten"))

        assert (line.meaning, other.meaning) == ("purpose", "")

    def test_the_lowest_rank_counts(self, monkeypatch):
        order = waiting("50")

        class Debits(LineMeaning):
            key, rank, words = "debits", 10, {"it": "a debit"}

            def find(self, lines):
                return {line.pk: Meaning("it", {}, [Evidence("it")]) for line in lines}

        monkeypatch.setitem(meanings._entries, "debits", Debits())

        (line,) = read(came("50.00", order.number))

        assert line.meaning == "debits"


@pytest.mark.usefixtures("in_scope")
class TestBooking:
    def test_a_proposal_is_booked_with_one_act(self):
        order, treasurer = waiting("50"), make.staff("treasurer")
        (line,) = read(came("50.00", order.number, name="Ada"))

        deciding.accept(line, by=treasurer)

        line.refresh_from_db()
        assert (fresh(order).state, line.state, line.decided_by) == ("paid", "booked", treasurer)
        assert line.transfer.shares.get().payment == order.payments.get()
        assert AuditEntry.objects.filter(action="bank_line.booked").count() == 1

    def test_once(self):
        order = waiting("50")
        (line,) = read(came("50.00", order.number))
        deciding.accept(line, by=None)

        with refuses(WrongState):
            deciding.accept(line, by=None)
        assert IncomingTransfer.objects.count() == 1

    def test_divided_by_a_person(self):
        first, second = waiting("50"), waiting("30")
        (line,) = read(came("90.00"))

        deciding.book_on_orders(
            line, {first.number: Decimal(50), second.number: Decimal(40)}, by=make.staff("treasurer")
        )

        assert (fresh(first).state, fresh(second).state, TransferShare.objects.count()) == ("paid", "paid", 2)
        assert paying.surplus(fresh(second)) == 10

    def test_all_of_it(self):
        order = waiting("50")
        (line,) = read(came("90.00"))

        with refuses(NotAllOfIt):
            deciding.book_on_orders(line, {order.number: Decimal(50)}, by=make.staff("treasurer"))

    def test_nothing_that_is_not_proposed(self):
        (line,) = read(came("90.00"))

        with refuses(MeansNothing):
            deciding.accept(line, by=None)
        with refuses(NeedsAPurpose):
            deciding.set_aside(line, " ", by=None)

    def test_of_two_for_one_order_the_second_is_for_a_person(self):
        order = waiting("50")
        first, second = read(came("50.00", order.number), came("50.00", f"again {order.number}"))
        deciding.accept(first, by=None)

        with refuses(ChangedMeanwhile):
            deciding.accept(second, by=None)
        second.refresh_from_db()
        assert second.is_open

    def test_what_came_in_for_the_order_at_this_moment_leaves_it_to_a_person(self, monkeypatch):
        """Two workers, or a treasurer who ticks it: what is open was read before the order's lock."""
        order = waiting("50")
        first, second = read(came("50.00", order.number), came("50.00", f"again {order.number}"))
        deciding.accept(first, by=None)
        monkeypatch.setattr(orders.splitting, "open_of", lambda found: {each.pk: Decimal(50) for each in found})

        with refuses(ChangedMeanwhile):
            deciding.accept(second, by=None)
        assert fresh(second).is_open
        assert Payment.objects.filter(state="paid").count() == 1

    def test_undone_it_is_waited_for_again(self):
        order = waiting("50")
        (line,) = read(came("50.00", order.number, iban=THEIRS))
        deciding.accept(line, by=None)
        line.refresh_from_db()

        deciding.undo(line, by=make.staff("treasurer"))

        line.refresh_from_db()
        assert (line.state, line.is_by_hand, line.transfer, fresh(order).state) == ("open", True, None, "awaiting")
        assert (IncomingTransfer.objects.count(), order.payments.get().state) == (0, "pending")
        deciding.accept(line, by=make.staff("treasurer"))
        assert fresh(order).state == "paid"

    def test_what_was_set_aside_is_undone(self):
        (line,) = read(came("-5.00"))
        deciding.set_aside(line, "rent", by=None)

        deciding.undo(line, by=None)

        line.refresh_from_db()
        assert (line.state, line.purpose) == ("open", "")
        with refuses(WrongState):
            deciding.undo(line, by=None)

    def test_what_was_confirmed_by_hand_is_not_paid_twice(self):
        order, treasurer = waiting("50"), make.staff("treasurer")
        by_hand.receive(order.payments.get(), amount=Decimal(50), by=treasurer)

        (line,) = read(came("50.00", order.number))
        assert (line.proposal["code"], line.proposal["is_certain"]) == ("ticked", True)
        deciding.accept(line, by=None)

        assert (order.payments.count(), paying.surplus(fresh(order))) == (1, 0)
        line.refresh_from_db()
        deciding.undo(line, by=None)
        assert fresh(order).state == "paid"

    def test_nor_what_was_booked_as_a_transfer(self):
        order = waiting("50")
        splitting.book(
            Arrived(Decimal(50), timezone.localdate()),
            {order.number: Decimal(50)},
            key="form",
            by=make.staff("treasurer"),
        )

        (line,) = read(came("50.00", order.number))
        assert line.proposal["code"] == "transfer"
        deciding.accept(line, by=None)

        line.refresh_from_db()
        assert (line.transfer.key, order.payments.count()) == ("form", 1)
        deciding.undo(line, by=None)
        assert (fresh(order).state, IncomingTransfer.objects.count()) == ("paid", 1)


@pytest.mark.django_db(transaction=True)
class TestByItself:
    def test_what_leaves_no_doubt_is_booked_and_nothing_vanishes(self, organisation):
        with scope(organisation):
            certain, doubtful = waiting("50"), waiting("30", name="Grace Hopper", email="grace@example.org")
            read(came("50.00", certain.number), came("30.00", name="Grace Hopper"), came("7.77", "?"), match=False)

        assert matching.match_all(organisation.pk) == 1

        with scope(organisation):
            assert (fresh(certain).state, fresh(doubtful).state) == ("paid", "awaiting")
            assert StatementLine.objects.open().count() == 2
            assert StatementLine.objects.get(state="booked").decided_by is None

    def test_not_where_the_organisation_does_not_want_it(self, organisation):
        with scope(organisation):
            BankingSettings.objects.create(books_by_itself=False)
            order = waiting("50")
            read(came("50.00", order.number), match=False)

        assert matching.match_all(organisation.pk) == 0

        with scope(organisation):
            assert StatementLine.objects.get().proposal["is_certain"]

    def test_of_a_double_payment_the_second_waits_for_a_person(self, organisation):
        with scope(organisation):
            order = waiting("50")
            read(came("50.00", order.number), came("50.00", f"{order.number} again"), match=False)

        assert matching.match_all(organisation.pk) == 1

        with scope(organisation):
            line = StatementLine.objects.open().get()
            assert (line.is_by_hand, codes_of(line)) == (True, ["reference", "paid"])

    def test_a_line_of_nothing_mails_nobody(self, organisation):
        with scope(organisation):
            order = waiting("50")
            before = Message.objects.count()
            read(came("0.00", order.number), match=False)

        matching.match_all(organisation.pk)

        with scope(organisation):
            assert Message.objects.count() == before
            assert fresh(order).state == "awaiting"

    def test_a_worker_that_dies_is_followed_by_another(self, organisation, monkeypatch):
        with scope(organisation):
            made = [waiting("50"), waiting("30")]
            read(*(came(f"{order.total}", order.number) for order in made), match=False)
        accept, calls = deciding.accept_by_itself, []

        def dies(key):
            if calls:
                raise KeyboardInterrupt
            calls.append(key)
            return accept(key)

        monkeypatch.setattr(deciding, "accept_by_itself", dies)
        with pytest.raises(KeyboardInterrupt):
            matching.match_all(organisation.pk)
        monkeypatch.setattr(deciding, "accept_by_itself", accept)

        assert matching.match_all(organisation.pk) == 1

        with scope(organisation):
            assert [fresh(order).state for order in made] == ["paid", "paid"]
            assert IncomingTransfer.objects.count() == 2

    @pytest.mark.parametrize("locks", [True, False])
    def test_two_treasurers_at_once_book_once(self, organisation, locks, monkeypatch):
        """Without the lock of the line both would: the database refuses the second transfer of a line."""
        with scope(organisation):
            order = waiting("50")
            (line,) = read(came("50.00", order.number))
        if not locks:
            monkeypatch.setattr(deciding, "_locked", lambda key: StatementLine.objects.get(pk=key))
        answers: list[object] = []

        def book():
            try:
                with scope(organisation):
                    deciding.accept(StatementLine.objects.get(pk=line.pk), by=None)
                answers.append("booked")
            except (WrongState, ChangedMeanwhile) as refusal:
                answers.append(type(refusal))
            finally:
                connections.close_all()

        threads = [threading.Thread(target=book) for _each in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert answers.count("booked") == 1
        with scope(organisation):
            assert (Payment.objects.filter(state="paid").count(), IncomingTransfer.objects.count()) == (1, 1)


@pytest.mark.usefixtures("in_scope")
def test_a_thousand_lines_cost_as_many_statements_as_ten():
    costs = []
    for number in (10, 1000):
        order = waiting("50")
        read(
            *(came("50.00", f"{order.number} {each} {number}", iban=THEIRS, name="X Y") for each in range(number)),
            match=False,
        )
        with CaptureQueriesContext(connection) as queries:
            assert matching.match_batch() == number
        costs.append(len(queries))

    assert costs[0] == costs[1] < 25


@pytest.mark.usefixtures("in_scope")
def test_again_looks_at_what_is_open():
    (line,) = read(came("50.00", "gala", name="Ada Lovelace"))
    order = waiting("50", name="Ada Lovelace")

    matching.again()
    matching.match_batch()

    line.refresh_from_db()
    assert line.proposal["details"]["shares"] == {order.number: "50.00"}
    assert orders.arrived(line).arrived_on == timezone.localdate() - timedelta(days=1)
