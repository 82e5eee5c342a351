"""The treasurer divides a transfer over the orders it is for (C4): too little, too much, for two at once."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import connections

from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry
from kring.payments import refusals, splitting
from kring.payments.beginning import Payer
from kring.payments.models import IncomingTransfer, Payment, TransferShare
from kring.payments.splitting import Arrived
from kring.payments.sums import sums
from tests import make
from tests.payments import ordering
from tests.payments.instalments import complete, in_days
from tests.payments.ordering import fresh
from tests.refusing import refuses


def waiting(price: str = "50", name: str = "Ada Lovelace"):
    made = ordering.order(price=price)
    ordering.start(made, "transfer")
    type(made).objects.filter(pk=made.pk).update(buyer_name=name)
    return fresh(made)


def arrived(amount: str, **more: str) -> Arrived:
    return Arrived(Decimal(amount), in_days(-1), **more)


def book(transfer: Arrived, *shares: tuple, key: str = "key", by=None):
    given = {order.number: Decimal(amount) for order, amount in shares}
    return splitting.book(transfer, given, key=key, by=by)


def left_of(order) -> Decimal:
    order = fresh(order)
    found = sums(order, order.payments.all(), order.lines.all())
    return found.open - found.too_much


@pytest.mark.usefixtures("in_scope")
class TestBooking:
    def test_one_transfer_pays_two_orders(self):
        first, second, treasurer = waiting("50"), waiting("30"), make.staff("treasurer")

        book(arrived("80", payer_name="A. Lovelace", reference="both"), (first, "50"), (second, "30"), by=treasurer)

        assert (fresh(first).state, fresh(second).state) == ("paid", "paid")
        payment = first.payments.get()
        assert (payment.amount, payment.bank_reference, payment.confirmed_by) == (50, "A. Lovelace: both", treasurer)
        assert payment.settled_at.date() == in_days(-1)
        assert TransferShare.objects.count() == 2
        entry = AuditEntry.objects.get(action="payment.transfer_booked")
        assert entry.new["orders"] == {first.number: "50", second.number: "30"}

    def test_too_little_is_kept_and_the_rest_is_asked_for(self):
        order = waiting("50")

        book(arrived("20"), (order, "20"))

        assert fresh(order).state == "awaiting"
        assert Payment.objects.open().get().amount == 30

    def test_what_is_left_over_is_a_surplus_of_the_order_that_gets_it(self):
        first, second = waiting("50"), waiting("30")

        book(arrived("100"), (first, "50"), (second, "50"))

        assert (left_of(first), left_of(second)) == (0, -20)

    def test_an_order_that_waits_for_no_transfer_gets_a_payment_of_its_own(self):
        camper = complete("100", "200")

        book(arrived("150"), (camper, "150"))

        assert left_of(camper) == 50
        assert camper.payments.kept() == 250

    def test_the_same_form_sent_twice_is_booked_once(self):
        order = waiting("50")

        first = book(arrived("50"), (order, "50"))
        again = book(arrived("50"), (order, "50"))

        assert (first is not None, again) == (True, None)
        assert order.payments.kept() == 50

    def test_what_two_treasurers_read_on_one_statement_is_booked_once_unless_they_say_it_is_another(self):
        order, transfer = waiting("50"), arrived("50", payer_name="A. Lovelace")
        book(transfer, (order, "50"), key="of one")

        with refuses(splitting.BookedAlready):
            book(transfer, (order, "50"), key="of the other")
        assert order.payments.kept() == 50

        splitting.book(transfer, {order.number: Decimal(50)}, key="of the other", by=None, is_another=True)
        assert order.payments.kept() == 100

    @pytest.mark.parametrize("amount", ["49.99", "50.01"])
    def test_the_parts_are_all_of_it(self, amount):
        order = waiting("50")

        with refuses(splitting.NotAllOfIt):
            book(arrived("50"), (order, amount))

        assert not IncomingTransfer.objects.exists()

    @pytest.mark.parametrize("amount", ["0", "-50", "NaN", "50.001"])
    def test_no_part_is_zero_negative_or_less_than_a_cent(self, amount):
        with refuses(refusals.NoAmount):
            book(arrived("50"), (waiting("50"), amount))

    def test_one_unknown_order_and_nothing_is_booked(self):
        order = waiting("50")

        with refuses(splitting.UnknownOrder):
            splitting.book(arrived("60"), {order.number: Decimal(50), "NOSUCHNO": Decimal(10)}, key="key", by=None)

        assert order.payments.kept() == 0
        assert not IncomingTransfer.objects.exists()

    def test_what_somebody_else_began_by_a_link_gets_only_what_names_it(self):
        order = waiting("50")
        other = ordering.start(order, "transfer", amount=Decimal(10), payer=Payer("Eve", "eve@example.org")).payment

        book(arrived("20", reference=order.number), (order, "20"), key="first")
        book(arrived("10", reference=other.reference.replace("-", " ").lower()), (order, "10"), key="second")

        kept = Payment.objects.filter(state="paid").order_by("pk").values_list("payer_email", "amount")
        assert sorted(kept) == [("", 20), ("eve@example.org", 10)]

    def test_no_money_goes_to_an_order_that_counts_nowhere(self):
        order = waiting("50")
        order.mark_test()

        with refuses(splitting.UnknownOrder):
            book(arrived("50"), (order, "50"))


@pytest.mark.usefixtures("in_scope")
class TestProposing:
    def found(self, transfer: Arrived) -> list[str]:
        return [each.order.number for each in splitting.proposals(transfer)]

    def test_orders_named_in_the_reference_come_first_however_the_bank_breaks_it(self):
        other, first, second = waiting("80"), waiting("50"), waiting("30")
        broken = f"{second.number[:4]} {second.number[4:]}"

        assert self.found(arrived("80", reference=f"betr. {first.number.lower()}"))[0] == first.number
        assert self.found(arrived("80", reference=broken))[0] == second.number
        assert other.number in self.found(arrived("80", reference=broken))

    def test_an_order_of_that_amount_or_of_that_name_is_found(self):
        by_amount, by_name = waiting("50"), waiting("30", name="Bogdan Zieliński")
        paid = waiting("50")
        book(arrived("50"), (paid, "50"))

        assert self.found(arrived("50", payer_name="zieliński b")) == [by_amount.number, by_name.number]

    def test_the_parts_of_those_named_are_filled_in(self):
        first, second = waiting("50"), waiting("30")
        transfer = arrived("90", reference=f"{first.number} {second.number}")

        shares = splitting.suggested(transfer, splitting.proposals(transfer))

        assert sum(shares.values()) == 90
        assert set(shares) == {first.number, second.number}

    def test_a_reference_that_says_nothing_proposes_nothing_by_it(self):
        waiting("50")

        assert self.found(arrived("12", reference="<b>'; --")) == []


@pytest.mark.django_db(transaction=True)
def test_a_double_click_books_once():
    organisation = make.organisation()
    with scope(organisation):
        order = waiting("50")
    gate, results = threading.Barrier(2), []

    def act() -> None:
        gate.wait(timeout=60)
        with scope(organisation):
            results.append(book(arrived("50"), (order, "50")))
        connections.close_all()

    threads = [threading.Thread(target=act) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(result is None for result in results) == [False, True]
    with scope(organisation):
        assert order.payments.kept() == 50


def test_the_pages_take_the_treasurer_from_the_statement_to_the_orders(client, organisation):
    client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"
    with scope(organisation):
        first, second = waiting("50"), waiting("30")
        client.force_login(make.staff("treasurer"))
    path = f"/organisation/payments/transfer/?amount=80&arrived_on={in_days(-1)}&reference={first.number}"

    page = client.get(path)
    assert first.number in page.content.decode()
    wrong = client.post(path, {"key": "k", f"share-{first.number}": "50"})
    assert wrong.status_code == 422
    assert "is not divided yet" in wrong.content.decode()

    data = {"key": "k", f"share-{first.number}": "50", "number_1": second.number.lower(), "more_1": "30"}
    for _again in range(2):
        assert client.post(path, data).status_code == 302

    again = client.post(path, data | {"key": "of another form"})
    assert again.status_code == 422
    assert "has been booked before" in again.content.decode()
    assert 'name="is_another"' in again.content.decode()

    with scope(organisation):
        assert (fresh(first).state, fresh(second).state) == ("paid", "paid")
        assert Payment.objects.count() == 2
