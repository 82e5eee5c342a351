"""A partner's own page, and the link the partner hands out (D3)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.mail.models import Message
from kring.partners import keeping
from kring.partners.models import Partner, PartnerQuota
from kring.registrations.models import Registration
from kring.web.public import partner_links
from tests import make
from tests.partners.giving import quota_of, take
from tests.web.public.checkout import attendee_fields
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(organisation: Any) -> SimpleNamespace:
    with scope(organisation):
        attraction = make.attraction(capacity=10, price="49.95", event=make.event(name="Fair"))
        quota = quota_of(attraction, 3, partner=make.partner(name="Bakery", text="**Fresh** bread"))
    return SimpleNamespace(
        quota=quota,
        partner=quota.partner,
        attraction=attraction,
        link=f"/partner-tickets/{quota.secret}/",
        page=f"/partners/{quota.partner.secret}/",
    )


def press(visitor: Any, fair: SimpleNamespace, number: int = 1) -> Any:
    return visitor.post(fair.link, fields(visitor.get(fair.link)) | {"number": number})


def test_from_the_link_to_a_ticket(visitor: Any, fair: SimpleNamespace) -> None:
    page = words(visitor.get(fair.link))
    assert "A ticket from Bakery" in page and "Fresh bread" in page and "3 tickets left" in page

    answer = press(visitor, fair)
    answer = visitor.post(answer["Location"], fields(visitor.get(answer["Location"])) | attendee_fields())
    done = visitor.get(answer["Location"]) if answer.status_code == 302 else answer

    with scope(fair.quota.organisation_id):
        order = Order.objects.get()
        assert (order.state, order.total) == (Order.State.PAID, 0)
    assert "Bakery" in words(visitor.get(f"/orders/{order.secret}/")), done


def test_the_fourth_is_refused_in_words_and_the_page_says_so(visitor: Any, fair: SimpleNamespace) -> None:
    with scope(fair.quota.organisation_id):
        take(fair.quota, 2)
    open_page = fields(visitor.get(fair.link))
    press(visitor, fair)

    answer = visitor.post(fair.link, open_page | {"number": 1, "key": "another key of 22 letters"})

    assert answer.status_code == 409
    assert "All tickets of Bakery are taken. Nothing was ordered." in words(answer)
    assert "All tickets of Bakery are taken. One may come back" in words(visitor.get(fair.link))


def test_two_clicks_are_one_order(visitor: Any, fair: SimpleNamespace) -> None:
    sent = fields(visitor.get(fair.link)) | {"number": 3}

    first, second = visitor.post(fair.link, sent), visitor.post(fair.link, sent)

    with scope(fair.quota.organisation_id):
        order = Order.objects.get()
    assert order.secret in first["Location"] and order.secret in second["Location"]


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999", "²", ""])
def test_a_number_that_is_none_orders_nothing(visitor: Any, fair: SimpleNamespace, number: str) -> None:
    assert visitor.post(fair.link, {"number": number}).status_code in (400, 409)
    with scope(fair.quota.organisation_id):
        assert not Order.objects.exists()


def test_where_everybody_needs_an_account_they_log_in_first(visitor: Any, fair: SimpleNamespace) -> None:
    organisation = fair.quota.organisation
    organisation.guests_may_order = False
    organisation.save()

    answer = press(visitor, fair)

    assert answer["Location"].startswith("/accounts/login/")


def test_an_order_that_ended_leads_back_to_the_link(visitor: Any, fair: SimpleNamespace) -> None:
    press(visitor, fair)
    with scope(fair.quota.organisation_id):
        Order.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        order = Order.objects.get()

    page = visitor.get(f"/orders/{order.secret}/")
    assert fair.link in page.content.decode()
    assert "its tickets can be had by the partner's link again" in words(page)
    assert "back on sale" not in words(page)


def test_a_renewed_link_replaces_the_old_one(visitor: Any, fair: SimpleNamespace) -> None:
    with scope(fair.quota.organisation_id):
        keeping.renew_link_of(PartnerQuota.objects.get())
        keeping.renew_link(Partner.objects.get())

    assert [visitor.get(each).status_code for each in (fair.link, fair.page)] == [404, 404]


def test_the_partner_sees_names_and_no_addresses(visitor: Any, fair: SimpleNamespace) -> None:
    with scope(fair.quota.organisation_id):
        order = take(fair.quota, name="Anna")

    page = visitor.get(fair.page)

    assert "Anna 0 has a ticket" in words(page) and "2 tickets left of 3" in words(page)
    assert "anna-0@example.org" not in page.content.decode()
    assert order.secret not in page.content.decode()


def test_who_has_not_entered_a_name_yet_is_somebody_to_who_hears_the_page(visitor: Any, fair: SimpleNamespace) -> None:
    press(visitor, fair)

    page = words(visitor.get(fair.page))

    assert "Somebody is filling in their name" in page
    assert "Somebody else (somebody)" in page and "Take back (somebody)" in page


def test_the_partner_gives_a_ticket_by_name(visitor: Any, fair: SimpleNamespace) -> None:
    address = f"{fair.page}quotas/{fair.quota.pk}/gift/"
    assert visitor.post(address, {"name": "", "email": "no"}).status_code == 422

    answer = visitor.post(address, {"name": "Anna Nowak", "email": "anna@example.org"}, follow=True)

    assert "Anna Nowak gets an email." in words(answer)
    with scope(fair.quota.organisation_id):
        mail = Message.objects.get(template="partner-ticket-given")
        order = Order.objects.get()
    assert mail.recipient == "anna@example.org" and order.secret in str(mail.facts)
    assert fields(visitor.get(f"/orders/{order.secret}/attendees/"))["buyer_name"] == "Anna Nowak"


def test_two_clicks_give_one_ticket_and_lead_back_to_the_page(visitor: Any, fair: SimpleNamespace) -> None:
    person = {"name": "Anna Nowak", "email": "anna@example.org"}
    address = f"{fair.page}quotas/{fair.quota.pk}/gift/"
    sent = fields(visitor.get(address)) | person

    assert [visitor.post(address, sent)["Location"] for _ in range(2)] == [fair.page] * 2

    with scope(fair.quota.organisation_id):
        pk = Registration.objects.get().pk
    address = f"{fair.page}tickets/{pk}/person/"
    sent = fields(visitor.get(address)) | person | {"name": "Bob"}

    assert [visitor.post(address, sent).get("Location") for _ in range(2)] == [fair.page] * 2
    with scope(fair.quota.organisation_id):
        assert Registration.objects.live().count() == 1
        assert Message.objects.filter(template="partner-ticket-given").count() == 2


def test_the_partner_changes_a_person_and_takes_a_ticket_back(visitor: Any, fair: SimpleNamespace) -> None:
    with scope(fair.quota.organisation_id):
        take(fair.quota, name="Anna")
        first = Registration.objects.get()

    visitor.post(f"{fair.page}tickets/{first.pk}/person/", {"name": "Bob", "email": "bob@example.org"})

    with scope(fair.quota.organisation_id):
        first.refresh_from_db()
        second = Registration.objects.exclude(pk=first.pk).get()
    assert first.state == Registration.State.CANCELLED
    assert "Bob not complete yet" in words(visitor.get(fair.page))

    answer = visitor.post(f"{fair.page}tickets/{second.pk}/return/", follow=True)

    assert "The ticket is yours again" in words(answer)
    assert "3 tickets left of 3 · 2 were given back" in words(answer)


def test_a_ticket_of_another_partner_is_not_found(visitor: Any, fair: SimpleNamespace) -> None:
    with scope(fair.quota.organisation_id):
        other = quota_of(fair.attraction, 1)
        take(other)
        pk = Registration.objects.get().pk

    for act in ("person", "return"):
        assert visitor.get(f"{fair.page}tickets/{pk}/{act}/").status_code == 404
    assert visitor.get(f"{fair.page}quotas/{other.pk}/gift/").status_code == 404


def test_after_the_date_nothing_can_be_changed(visitor: Any, fair: SimpleNamespace) -> None:
    with scope(fair.quota.organisation_id):
        take(fair.quota)
        pk = Registration.objects.get().pk
        PartnerQuota.objects.update(free_from=timezone.now())

    answer = visitor.post(f"{fair.page}tickets/{pk}/return/", follow=True)

    assert "This can no longer be changed here." in words(answer)
    assert "The time to give these tickets away is over." in words(answer)


def test_the_pages_of_a_draft_are_not_found_and_of_a_called_off_event_say_so(
    visitor: Any, fair: SimpleNamespace
) -> None:
    with scope(fair.quota.organisation_id):
        Event.objects.update(state=Event.State.CANCELLED)
    assert "This event was cancelled" in words(visitor.get(fair.link))

    with scope(fair.quota.organisation_id):
        Event.objects.update(state=Event.State.NEW)
    assert visitor.get(fair.link).status_code == 404


def test_tries_are_limited(organisation: Any, fair: SimpleNamespace) -> None:
    cache.clear()
    guesser = browser_on(organisation)
    for number in range(partner_links.WRONG.most):
        assert guesser.get(f"/partners/made-up-{number}/").status_code == 404

    assert guesser.get(fair.link).status_code == 429


def test_forms_sent_are_limited(organisation: Any, fair: SimpleNamespace, monkeypatch: Any) -> None:
    monkeypatch.setattr(partner_links, "SENT", (partner_links.Limit(1, timedelta(minutes=1)),))
    sender = browser_on(organisation)

    answers = [sender.post(fair.link, {"number": "0"}).status_code for _ in range(2)]

    assert answers == [400, 429]
