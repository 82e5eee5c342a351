"""The third step of an order, as the visitor meets it (R1, P2–P5)."""

from __future__ import annotations

import re

import pytest

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import PaymentOption
from kring.payments import paying
from kring.payments.models import Payment
from kring.payments.testpay import wire
from tests import make
from tests.jobs import work
from tests.payments import ordering
from tests.payments.ordering import act, fresh


@pytest.fixture
def order(organisation):
    with scope(organisation):
        return ordering.order(days_to_pay=5)


@pytest.fixture
def path(order):
    return f"/orders/{order.secret}/payment/"


def text_of(response):
    """What a person reads."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def methods_on(response):
    return re.findall(r'name="method" value="([\w-]+)"', response.content.decode())


def last_payment(organisation):
    with scope(organisation):
        return Payment.objects.latest("pk")


def test_the_page_offers_what_the_event_offers_and_says_what_happens(visitor, order, path):
    page = visitor.get(path)

    assert methods_on(page) == ["cash", "manual", "transfer", "testpay"]
    assert "You pay at the event." in text_of(page)
    assert "Your places are then reserved until" in text_of(page)
    assert "Pay €49.95" in text_of(page)


def test_where_nothing_is_to_be_paid_only_that_is_offered(visitor, organisation):
    with scope(organisation):
        order = ordering.order(price="0")

    page = visitor.get(f"/orders/{order.secret}/payment/")

    assert methods_on(page) == ["free"]
    assert visitor.post(f"/orders/{order.secret}/payment/", {"method": "free"}).headers["Location"] == (
        f"/orders/{order.secret}/"
    )
    with scope(organisation):
        assert fresh(order).state == "paid"


def test_an_event_without_a_way_to_pay_says_whom_to_ask(visitor, organisation, order, path):
    with scope(organisation):
        PaymentOption.objects.all().delete()

    assert organisation.contact_email in text_of(visitor.get(path))


@pytest.mark.parametrize("method", ["", "free", "unknown", "transfer' OR 1=1", "x" * 10_000, "überweisung"])
def test_a_choice_that_is_none_is_refused_beside_its_field(visitor, organisation, order, path, method):
    page = visitor.post(path, {"method": method})

    assert page.status_code == 422
    assert "aria-invalid" in page.content.decode()
    with scope(organisation):
        assert Payment.objects.count() == 0


def test_what_the_event_does_not_offer_cannot_be_chosen(visitor, organisation, order, path):
    with scope(organisation):
        PaymentOption.objects.filter(method="cash").delete()

    assert visitor.post(path, {"method": "cash"}).status_code == 422


def test_who_chooses_the_transfer_sees_how_to_pay(visitor, organisation, order, path):
    answer = visitor.post(path, {"method": "transfer"})

    payment = last_payment(organisation)
    assert answer.headers["Location"] == f"{path}{payment.pk}/"
    page = visitor.get(answer.headers["Location"])
    for fact in ("€49.95", "NL91 ABNA 0417 1643 00", "Congress foundation", payment.reference):
        assert fact in text_of(page)
    assert "<svg" in page.content.decode() and "style=" not in text_of(page)


def test_who_pays_on_site_is_done_at_once(visitor, organisation, order, path):
    answer = visitor.post(path, {"method": "cash"})

    assert answer.headers["Location"] == f"/orders/{order.secret}/"
    with scope(organisation):
        assert fresh(order).state == "paid"


def test_the_way_over_the_provider_and_back(visitor, organisation, order, path):
    provider = visitor.post(path, {"method": "testpay"}).headers["Location"].removeprefix(organisation.url)
    back = visitor.post(provider, {"action": "pay"}).headers["Location"].removeprefix(organisation.url)
    progress = visitor.get(back).headers["Location"]

    end = visitor.get(progress)

    # No notification has arrived yet: the page queried the provider.
    assert end.headers["Location"] == f"/orders/{order.secret}/"
    with scope(organisation):
        assert fresh(order).state == "paid"
    work()
    with scope(organisation):
        assert fresh(order).state == "paid"


def test_when_the_notification_is_faster_than_the_payer_she_sees_the_end_at_once(visitor, organisation, order, path):
    visitor.post(path, {"method": "testpay"})
    payment = last_payment(organisation)
    act(organisation, payment, "pay")
    work()

    assert visitor.get(f"{path}return/", follow=True).request["PATH_INFO"] == f"/orders/{order.secret}/"


def test_while_it_takes_long_the_page_asks_again_by_itself(visitor, organisation, order, path):
    visitor.post(path, {"method": "testpay"})
    payment = last_payment(organisation)
    act(organisation, payment, "later")

    page = visitor.get(f"{path}{payment.pk}/")

    assert "Payment in progress" in text_of(page)
    assert 'hx-trigger="every' in page.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page.content.decode()

    assert visitor.get(f"{path}{payment.pk}/", headers={"HX-Request": "true"}).status_code == 204

    act(organisation, payment, "arrive")
    work()
    fragment = visitor.get(f"{path}{payment.pk}/", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Redirect"] == f"/orders/{order.secret}/"


def test_who_failed_to_pay_sees_why_and_can_try_again(visitor, organisation, order, path):
    visitor.post(path, {"method": "testpay"})
    act(organisation, last_payment(organisation), "fail")

    page = visitor.get(f"{path}return/", follow=True)

    assert "There is not enough money on the account" in text_of(page)
    assert "Try again" in text_of(page)
    assert visitor.post(path, {"method": "testpay"}).headers["Location"].startswith(f"{organisation.url}/testpay/")


def test_who_came_back_without_paying_can_go_to_the_provider_again(visitor, organisation, order, path):
    first = visitor.post(path, {"method": "testpay"}).headers["Location"]
    act(organisation, last_payment(organisation), "close")

    assert first in visitor.get(f"{path}return/", follow=True).content.decode()
    assert visitor.post(path, {"method": "testpay"}).headers["Location"] == first


def test_the_back_button_after_paying_leads_to_the_order(visitor, organisation, order, path):
    visitor.post(path, {"method": "cash"})

    assert visitor.get(path).headers["Location"] == f"/orders/{order.secret}/"
    assert visitor.post(path, {"method": "transfer"}).headers["Location"] == f"/orders/{order.secret}/"
    with scope(organisation):
        assert Payment.objects.count() == 1


def test_the_page_is_kept_by_no_browser(visitor, order, path):
    assert "no-store" in visitor.get(path).headers["Cache-Control"]


@pytest.mark.parametrize("end", ["expired", "cancelled", "overdue"])
def test_an_order_that_is_over_is_not_paid(visitor, organisation, order, path, end):
    with scope(organisation):
        payment = ordering.start(order, "transfer").payment
        if end == "cancelled":
            settling.cancel(order, reason="Ill")
        else:
            ordering.let_expire(order)
        if end == "expired":
            settling.expire_due()

    for address in (path, f"{path}{payment.pk}/"):
        assert visitor.get(address).headers["Location"] == f"/orders/{order.secret}/"
    assert visitor.post(path, {"method": "cash"}).headers["Location"] == f"/orders/{order.secret}/"


def test_before_it_is_said_who_comes_there_is_nothing_to_pay(visitor, organisation, order, path):
    with scope(organisation):
        Order.objects.update(buyer_email="")

    assert visitor.get(path).headers["Location"] == f"/orders/{order.secret}/attendees/"


def test_a_wrong_link_leads_nowhere(visitor, client, organisation, order, path):
    with scope(organisation):
        stranger = ordering.start(ordering.order(), "transfer").payment

    assert visitor.get("/orders/made-up/payment/").status_code == 404
    assert visitor.get(f"{path}{stranger.pk}/").status_code == 404
    assert visitor.get(f"{path}999999999999/").status_code == 404

    client.defaults["HTTP_HOST"] = f"{make.organisation().subdomain}.kring.localhost"
    assert client.get(path).status_code == 404


def test_a_provider_that_is_away_is_said_and_the_place_stays(visitor, organisation, order, path, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(wire, "call", lambda *args, **kwargs: wire.Response(503, b""))
        page = visitor.post(path, {"method": "testpay"})

    assert page.status_code == 503
    assert "does not answer at the moment" in text_of(page)
    assert visitor.post(path, {"method": "testpay"}).status_code == 302


def test_money_that_covers_only_a_part_is_said(visitor, organisation, order, path):
    with scope(organisation):
        payment = ordering.start(order, "transfer").payment
        Order.objects.update(total=60)
        paying.confirm(payment)

    assert "We have received €49.95; the order now costs €60.00." in text_of(visitor.get(f"{path}{payment.pk}/"))


@pytest.mark.parametrize("tickets", [1, 3])
def test_the_page_costs_the_same_for_one_ticket_and_for_many(
    visitor, organisation, tickets, django_assert_max_num_queries
):
    with scope(organisation):
        order = ordering.order(tickets=tickets)

    # One of them for how many places are left: slow payment of scarce ones begins with a confirmed address.
    with django_assert_max_num_queries(13):
        visitor.get(f"/orders/{order.secret}/payment/")
