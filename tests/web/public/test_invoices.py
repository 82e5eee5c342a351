"""The invoice behind the link of an order, and in the portal."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kring.accounts.models import Profile
from kring.billing.models import Invoice, InvoiceRequest, Order
from kring.core import outgoing
from kring.core.tenancy import scope
from tests import make
from tests.billing.invoicing import paid
from tests.jobs import work
from tests.payments import ordering
from tests.web.manage.invoices.test_invoices import ADDRESS
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(organisation: Any) -> Client:
    with scope(organisation):
        paid.sends_invoices()
    return Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})


@pytest.fixture
def order(organisation: Any, visitor: Client) -> Order:
    with scope(organisation):
        return ordering.order(price="49.95")


def test_it_is_asked_for_at_checkout_and_made_when_the_order_is_paid(visitor: Client, order: Order) -> None:
    assert "Do you need an invoice, such as for your company?" in words(visitor.get(f"/orders/{order.secret}/payment/"))
    form = visitor.get(f"/orders/{order.secret}/invoice/")
    assert fields(form)["name"] == "Ada Lovelace"

    answer = visitor.post(f"/orders/{order.secret}/invoice/", ADDRESS)

    assert answer["Location"] == f"/orders/{order.secret}/payment/"
    assert "In the name of <b>& Söhne" in words(visitor.get(answer["Location"]))
    with scope(order.organisation):
        paid.received(order, "49.95", state="pending")
        payment = order.payments.get()
        from kring.payments import paying

        paying.confirm(payment)
        work()
        [made] = Invoice.objects.all()
    assert f"Invoice {made.number}" in words(visitor.get(f"/orders/{order.secret}/"))
    document = visitor.get(f"/orders/{order.secret}/invoices/{made.pk}.pdf")
    assert document.content.startswith(b"%PDF") and "no-store" in document["Cache-Control"]
    # Made, it is asked for no more.
    assert visitor.get(f"/orders/{order.secret}/invoice/")["Location"] == f"/orders/{order.secret}/"


def test_a_person_needs_a_name_and_an_address(visitor: Client, order: Order) -> None:
    person = {**ADDRESS, "company": "", "vat_number": "", "reference": ""}

    wrong = visitor.post(f"/orders/{order.secret}/invoice/", person | {"street": ""})
    assert wrong.status_code == 422 and list(wrong.context["form"].errors) == ["street"]

    assert visitor.post(f"/orders/{order.secret}/invoice/", person).status_code == 302
    with scope(order.organisation):
        assert str(InvoiceRequest.objects.get()) == "Zoë"


def test_another_order_does_not_show_it(visitor: Client, order: Order) -> None:
    with scope(order.organisation):
        other = paid.order()
        made = paid.invoiced(other)

    assert visitor.get(f"/orders/{order.secret}/invoices/{made.pk}.pdf").status_code == 404


def test_an_organisation_that_sends_none_offers_none(organisation: Any) -> None:
    client = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    with scope(organisation):
        order = ordering.order()

    assert client.get(f"/orders/{order.secret}/invoice/").status_code == 404
    assert "invoice" not in words(client.get(f"/orders/{order.secret}/payment/"))


def test_buyers_find_theirs_in_the_portal_and_nobody_elses(visitor: Client, organisation: Any) -> None:
    buyer, other = make.user(), make.user()
    with scope(organisation):
        for person in (buyer, other):
            Profile.objects.create(user=person)
        made = paid.invoiced(paid.order(buyer=buyer))
    visitor.force_login(buyer)

    assert f"Invoice {made.number}" in words(visitor.get("/portal/orders/"))
    assert visitor.get(f"/portal/orders/invoices/{made.pk}.pdf").content.startswith(b"%PDF")
    visitor.force_login(other)
    assert visitor.get(f"/portal/orders/invoices/{made.pk}.pdf").status_code == 404


@pytest.mark.parametrize(
    ("answer", "noted"),
    [
        ({"valid": True}, "valid"),
        ({"valid": False, "userError": "INVALID"}, "invalid"),
        ({"valid": False, "userError": "MS_UNAVAILABLE"}, "silent"),
        ("<html>", "silent"),
        (outgoing.Unreachable("timeout"), "silent"),
    ],
)
def test_the_eus_service_is_asked_and_never_waited_for(
    organisation: Any, visitor: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, answer: Any, noted: str
) -> None:
    from kring.billing import jobs

    settings.VIES_URL = "https://vies.example/check"
    asked = []

    def post(url: str, body: Any, **more: Any) -> Any:
        asked.append(body)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(outgoing, "post_json", post)
    with scope(organisation):
        order = paid.order()
        invoice = paid.invoiced(order)
        request = InvoiceRequest.objects.get()
    assert invoice.number and request.vat_check == ""

    jobs.check_vat_number(organisation_id=organisation.pk, request_id=request.pk)

    with scope(organisation):
        request.refresh_from_db()
    assert request.vat_check == noted
    assert asked == [{"countryCode": "DE", "vatNumber": "136695976"}]
