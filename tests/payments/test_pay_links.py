"""A link with which anybody pays an order or a part of it, and sees nothing of its people (P3)."""

from __future__ import annotations

import re

import pytest

from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import pay_links, paying
from kring.payments.method import Redirect
from kring.payments.methods.testpay import Testpay
from kring.payments.models import PayLink, Payment
from kring.registrations import correcting_buyers, payment_reminders
from tests import make
from tests.payments import ordering
from tests.payments.instalments import complete
from tests.payments.ordering import fresh
from tests.payments.test_pages import methods_on, text_of

GRANDMA = {"payer_name": "Granny Smith", "payer_email": "Granny@Example.org"}


@pytest.fixture
def order(organisation):
    """It waits for a transfer of the buyer."""
    with scope(organisation):
        made = ordering.order(price="150", tickets=2)
        ordering.start(made, "transfer")
        return fresh(made)


@pytest.fixture
def link(organisation, order):
    with scope(organisation):
        return pay_links.make(order)


def pay(visitor, link, **data):
    given = {"how_much": "all", "method": "transfer"} | GRANDMA | data
    return visitor.post(f"/pay/{link.secret}/", given)


def of_grandma():
    return Payment.objects.get(payer_email="granny@example.org")


def test_the_buyer_makes_one_link_and_revokes_it(visitor, organisation, order):
    path = f"/orders/{order.secret}/pay-link/"
    for _twice in range(2):
        visitor.post(path)
    with scope(organisation):
        link = PayLink.objects.get()
    assert f"/pay/{link.secret}/" in visitor.get(path).content.decode()

    visitor.post(path, {"revoke": "1"})

    assert visitor.get(f"/pay/{link.secret}/").status_code == 410
    with scope(organisation):
        acts = AuditEntry.objects.filter(action__startswith="order.pay_link").order_by("pk")
        assert [entry.action for entry in acts] == ["order.pay_link_made", "order.pay_link_revoked"]


def test_the_page_says_what_it_is_for_and_nothing_of_the_people(visitor, order, link):
    response = visitor.get(f"/pay/{link.secret}/")

    page = text_of(response)
    assert "Pay for Ada" in page
    assert re.search(r"2 × .*Standard", page)
    assert "Still to be paid : €300.00" in page.replace("paid:", "paid :")
    for secret in ("Lovelace", "Guest 1", "example.org", order.secret):
        assert secret not in response.content.decode()


def test_what_another_pays_counts_and_the_receipt_is_theirs(visitor, organisation, order, link):
    answer = pay(visitor, link)
    page = visitor.get(answer["Location"])
    assert "Please pay €300.00" in text_of(page)
    assert order.secret not in page.content.decode()

    with scope(organisation):
        payment = of_grandma()
        paying.confirm(payment)
        assert fresh(order).state == "paid"
        sent = {each.template: each.text for each in Message.objects.filter(recipient="granny@example.org")}
    assert set(sent) == {"payment-instructions-transfer", "payment-receipt"}
    assert all(order.secret not in text for text in sent.values())
    assert "has arrived; the receipt is on its way" in text_of(visitor.get(answer["Location"]))


def test_those_who_have_the_link_do_not_see_who_else_pays(visitor, organisation, order, link):
    address = pay(visitor, link)["Location"]
    pages = [visitor.get(address)]
    with scope(organisation):
        paying.confirm(of_grandma())
    pages.append(visitor.get(address))

    for page in pages:
        assert page.status_code == 200
        assert "granny" not in page.content.decode().lower()


def test_what_the_desk_takes_is_not_begun_by_a_link_as_well(visitor, organisation):
    """The desk adds up what waits there, and would ask for the same rest twice."""
    with scope(organisation):
        camper = complete("100", "200")
        ordering.start(camper, "manual")
        link = pay_links.make(camper)

    assert pay(visitor, link, method="manual").status_code == 422

    assert methods_on(visitor.get(f"/pay/{link.secret}/")) == ["transfer", "testpay"]
    with scope(organisation):
        assert sum(camper.payments.on_site().values_list("amount", flat=True)) == 200


def test_another_buyers_address_ends_the_link_that_the_first_one_made(visitor, organisation, order, link):
    with scope(organisation):
        correcting_buyers.correct_buyer(order.pk, name="Bea Right", email="right@example.org", by_staff=True)

    page = visitor.get(f"/pay/{link.secret}/")
    assert page.status_code == 410
    assert "Bea" not in page.content.decode()


def test_a_part_is_kept_and_the_buyer_hears_what_is_open(visitor, organisation, order, link):
    pay(visitor, link, how_much="other", amount="100")

    with scope(organisation):
        paying.confirm(of_grandma())
        assert fresh(order).state == "awaiting"
        assert order.payments.kept() == 100
        assert Message.objects.filter(template="payment-part-received", recipient="ada@example.org").count() == 1
        assert not Message.objects.filter(template="payment-too-little").exists()


def test_the_buyers_own_transfer_is_still_waited_for(visitor, organisation, order, link):
    pay(visitor, link, how_much="other", amount="100")

    with scope(organisation):
        assert sorted(Payment.objects.open().values_list("payer_email", "amount")) == [
            ("", 300),
            ("granny@example.org", 100),
        ]


def test_two_who_pay_all_of_it_are_a_surplus_and_counted_once_each(visitor, organisation, order, link):
    pay(visitor, link)
    pay(visitor, link, payer_email="grandpa@example.org")

    with scope(organisation):
        for payment in list(Payment.objects.exclude(payer_email="")) * 2:
            paying.confirm(fresh(payment))
        assert order.payments.kept() == 600
        assert paying.surplus(fresh(order)) == 300


def test_the_buyers_payment_ticked_by_mistake_is_waited_for_beside_what_another_pays(
    visitor, organisation, order, link
):
    pay(visitor, link, how_much="other", amount="100")
    with scope(organisation):
        own = order.payments.get(payer_email="")
        paying.confirm(own)
        Payment.objects.filter(payer_email="granny@example.org").update(state="pending")

        paying.undo(fresh(own), by=None, reason="Wrong line")

        assert sorted(Payment.objects.open().values_list("payer_email", "amount")) == [
            ("", 300),
            ("granny@example.org", 100),
        ]


def test_a_part_of_another_ticked_by_mistake_stays_that_part(visitor, organisation, order, link):
    pay(visitor, link, how_much="other", amount="100")

    with scope(organisation):
        paying.confirm(of_grandma())
        paying.undo(of_grandma(), by=None, reason="Wrong line")

        assert (of_grandma().state, of_grandma().amount) == ("pending", 100)


def test_the_rest_of_instalments_is_paid_so_too(visitor, organisation):
    with scope(organisation):
        camper = complete("100", "150", "50")
        link = pay_links.make(camper)

    pay(visitor, link, how_much="next")

    with scope(organisation):
        assert of_grandma().amount == 150
        paying.confirm(of_grandma())
        assert fresh(camper).next_due_on == camper.instalments.last().due_on


def test_nobody_keeps_places_for_days_by_a_link_alone(visitor, organisation):
    with scope(organisation):
        order = ordering.order(price="150")
        link = pay_links.make(order)

    assert methods_on(visitor.get(f"/pay/{link.secret}/")) == ["testpay"]
    assert pay(visitor, link).status_code == 422


@pytest.mark.parametrize(
    "data", [{"payer_email": "x"}, {"payer_name": "\u202e\u200b"}, {"how_much": "other", "amount": "300.01"}]
)
def test_what_is_wrong_is_said_and_nothing_begins(visitor, organisation, link, data):
    assert pay(visitor, link, **data).status_code == 422

    with scope(organisation):
        assert not Payment.objects.exclude(payer_email="").exists()


def test_another_organisations_link_and_a_made_up_one_are_not_found(client, visitor, link):
    other = make.organisation()
    client.defaults["HTTP_HOST"] = f"{other.subdomain}.kring.localhost"

    assert client.get(f"/pay/{link.secret}/").status_code == 404
    assert client.get("/pay/made-up/").status_code == 404


def test_the_payments_of_the_buyer_are_not_behind_the_link(visitor, organisation, order, link):
    with scope(organisation):
        own = order.payments.get()

    assert visitor.get(f"/pay/{link.secret}/{own.pk}/").status_code == 404


def test_who_pays_for_somebody_is_not_reminded(visitor, organisation, order, link):
    pay(visitor, link)

    with scope(organisation):
        assert payment_reminders.remind_of_payments() == 0


def test_to_another_site_leads_a_page_of_ours_and_no_redirect_of_a_form(visitor, organisation, link, monkeypatch):
    """The browser would not follow it: our policy lets forms lead to us alone."""
    monkeypatch.setattr(Testpay, "start", lambda *_: Redirect("https://pay.example/1", "charge-1"))

    page = pay(visitor, link, method="testpay")

    assert page.status_code == 200
    assert 'content="0; url=https://pay.example/1"' in page.content.decode()
