"""Terms and privacy notice in the settings, on their pages, and in the checkout (C12)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.organisations import legal_texts
from kring.organisations.models import LegalText
from kring.registrations import booking, refusals
from kring.registrations.booking import Attendee
from tests import make
from tests.refusing import refuses
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db

ADA = {"buyer_name": "Ada", "buyer_email": "ada@example.org"}


@pytest.fixture
def visitor(organisation: Any) -> Client:
    return Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})


@pytest.fixture
def order(organisation: Any) -> Order:
    with scope(organisation):
        attraction = make.attraction()
        return booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")


def publish(organisation: Any, words: str = "Be **kind**.") -> int:
    with scope(organisation):
        return legal_texts.publish("terms", {"en": words}).version


def test_they_are_written_looked_at_and_published(admin: Staff, visitor: Client) -> None:
    typed = {"en": "## House rules\n\nBe **kind**. <script>alert(1)</script>", "nl": "", "pl": ""}

    shown = admin.act("terms", step="preview", **typed)
    assert "<strong>kind</strong>" in shown.content.decode()
    assert "<script>alert" not in shown.content.decode()
    assert visitor.get("/terms/").status_code == 404

    admin.act("terms", **typed)
    page = visitor.get("/terms/").content.decode()
    assert "<strong>kind</strong>" in page
    assert "<script>alert" not in page
    assert 'href="/terms/">Terms</a>' in visitor.get("/").content.decode()
    assert "Version 1 is in force" in text(admin.page("terms"))


def test_an_earlier_version_can_still_be_read_and_says_so(admin: Staff, visitor: Client) -> None:
    publish(admin.organisation, "Old rules")
    publish(admin.organisation, "New rules")

    old = visitor.get("/terms/?version=1").content.decode()

    assert "Old rules" in old and "an earlier version" in old
    assert "New rules" in visitor.get("/terms/").content.decode()
    for version in ("0", "3", "x", "9" * 40, "-1"):
        assert visitor.get("/terms/", {"version": version}).status_code in (200, 404)


def test_an_organisation_without_terms_asks_nothing(visitor: Client, order: Order) -> None:
    page = visitor.get(f"/orders/{order.secret}/attendees/").content.decode()

    assert 'name="terms"' not in page
    visitor.post(f"/orders/{order.secret}/attendees/", {**ADA, "who-1": "myself"})
    with scope(order.organisation_id):
        found = Order.objects.get()
        assert (found.state, found.terms_version, found.terms_accepted_at) == ("paid", 0, None)


def test_who_orders_accepts_the_terms_and_the_order_keeps_which(admin: Staff, visitor: Client, order: Order) -> None:
    version = publish(admin.organisation)
    address = f"/orders/{order.secret}/attendees/"
    assert f'type="checkbox" name="terms" value="{version}"' in visitor.get(address).content.decode()

    refused = visitor.post(address, {**ADA, "who-1": "myself"})
    assert refused.status_code == 422
    assert "Please read and accept the terms" in refused.content.decode()
    assert 'value="Ada"' in refused.content.decode()

    visitor.post(address, {**ADA, "who-1": "myself", "terms": version})
    with scope(admin.organisation):
        found = Order.objects.get()
        assert (found.state, found.terms_version) == ("paid", 1)
        assert found.terms_accepted_at
    assert "Accepted terms Version 1" in text(admin.page("order", order.number))


def test_terms_that_changed_meanwhile_are_to_be_read_anew(admin: Staff, visitor: Client, order: Order) -> None:
    version = publish(admin.organisation)
    publish(admin.organisation, "Be kinder.")

    answer = visitor.post(f"/orders/{order.secret}/attendees/", {**ADA, "who-1": "myself", "terms": version})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The terms have changed in the meantime." in page
    assert 'name="terms" value="2"' in page and "checked" not in page.partition('name="terms"')[2][:80]


def test_no_door_leads_past_them(admin: Staff, order: Order) -> None:
    publish(admin.organisation)
    with scope(admin.organisation):
        for accepted in (0, 2):
            with refuses(refusals.TermsNotAccepted):
                booking.assign(
                    order, **ADA, attendees=[Attendee(myself=True)], is_by_staff=True, terms_version=accepted
                )


def test_two_administrators_do_not_publish_over_each_other(admin: Staff) -> None:
    began = admin.page("terms").content.decode().partition('name="began" value="')[2].partition('"')[0]
    publish(admin.organisation, "First")

    began = began.replace("&quot;", '"')
    answer = admin.act("terms", en="Second", nl="", pl="", began=began)

    assert answer.status_code == 422
    with scope(admin.organisation):
        assert LegalText.objects.count() == 1
