"""Slow payment of scarce places begins when the buyer's address is confirmed by the link in their mail (A7)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.events.models import PaymentOption
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.payments import paying
from kring.payments.models import Payment
from kring.registrations import booking, confirming
from tests import make
from tests.payments import ordering
from tests.web.public.checkout import attendee_fields, begin, choose, enter_attendees
from tests.web.public.conftest import browser_on
from tests.web.reading import words

pytestmark = pytest.mark.django_db
SHORT, LONG = timedelta(minutes=30), timedelta(days=14)


@pytest.fixture
def dinner(organisation: Any) -> Any:
    """Six places: with one of them taken five are left, which are enough; with two taken they are scarce."""
    with scope(organisation):
        attraction = make.attraction(name="Dinner", capacity=6, price="49.95")
        _ways_to_pay(attraction)
        return attraction


def _ways_to_pay(attraction: Any) -> None:
    ordering.account()
    for position, (method, settings) in enumerate(ordering.SETTINGS.items()):
        PaymentOption.objects.create(event=attraction.event, method=method, settings=settings, position=position)


def to_pay(visitor: Client, attraction: Any, tickets: int = 2, **changes: str) -> Order:
    order = begin(visitor, attraction, tickets)
    assert enter_attendees(visitor, order, tickets, **changes).status_code == 302
    return order


def pay_by(visitor: Client, order: Order, method: str = "transfer", **more: Any) -> Any:
    return visitor.post(f"/orders/{order.secret}/payment/", {"method": method}, **more)


def links(organisation: Any) -> list[str]:
    with scope(organisation):
        texts = [mail.text for mail in Message.objects.filter(template="confirm-order").order_by("pk")]
        return [re.search(r"(/confirm-order/\S+/)", text)[1] for text in texts]


def now(organisation: Any, order: Order) -> Order:
    with scope(organisation):
        return Order.objects.get(pk=order.pk)


def is_kept_for(organisation: Any, order: Order, time: timedelta) -> bool:
    """To a minute, or to an hour of a change of the clocks."""
    left = now(organisation, order).expires_at - timezone.now() - time
    return abs(left) < (timedelta(hours=2) if time > timedelta(days=1) else timedelta(minutes=1))


def switch_off(organisation: Any) -> None:
    organisation.scarce_places_need_confirmation = False
    organisation.save()


def test_from_the_choice_to_the_instructions(visitor: Client, organisation: Any, dinner: Any) -> None:
    order = to_pay(visitor, dinner)
    choices = words(visitor.get(f"/orders/{order.secret}/payment/"))
    assert choices.count("Few places are left, so please confirm your address first") == 3
    assert "Send me the link" in choices

    page = words(pay_by(visitor, order, follow=True))
    assert "We sent an email with a link to ada@example.org." in page
    assert is_kept_for(organisation, order, SHORT)
    with scope(organisation):
        assert not Payment.objects.exists()
        assert set(Message.objects.values_list("template", "recipient")) == {("confirm-order", "ada@example.org")}

    with scope(organisation):
        treasurer = make.staff("treasurer")
    staff = browser_on(organisation)
    staff.force_login(treasurer)
    assert "has not confirmed their address yet" in words(staff.get(f"/organisation/orders/{order.number}/"))

    [link] = links(organisation)
    elsewhere = browser_on(organisation)
    assert "Yes, reserve my places" in words(elsewhere.get(link))
    assert not now(organisation, order).is_address_confirmed

    page = words(elsewhere.post(link, follow=True))
    assert "Please pay €99.90" in page and "NL91 ABNA 0417 1643 00" in page
    assert is_kept_for(organisation, order, LONG)
    with scope(organisation):
        assert Message.objects.filter(template="payment-instructions-transfer").exists()
        assert AuditEntry.objects.filter(action="order.address_confirmed").count() == 1


@pytest.mark.parametrize(
    ("language", "sentence", "button"),
    [
        ("nl", "We hebben een mail met een link gestuurd naar ada@example.org.", "Mijn adres bevestigen"),
        ("pl", "Wysłaliśmy wiadomość z linkiem na adres ada@example.org.", "Potwierdź mój adres"),
    ],
)
def test_it_is_said_in_the_buyers_language(organisation: Any, dinner: Any, language: str, sentence: str, button: str):
    visitor = browser_on(organisation)
    visitor.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    order = to_pay(visitor, dinner)

    assert sentence in words(pay_by(visitor, order, follow=True))

    with scope(organisation):
        assert button in Message.objects.get().text
    [link] = links(organisation)
    assert "Yes, reserve" not in words(visitor.get(link))


def test_cash_is_not_complete_before_the_address_is_confirmed(visitor: Client, organisation: Any, dinner: Any) -> None:
    order = to_pay(visitor, dinner)
    pay_by(visitor, order, "cash")
    assert now(organisation, order).state == "awaiting"

    visitor.post(links(organisation)[0])

    assert now(organisation, order).state == "paid"


def test_while_there_are_enough_places_nobody_is_asked(visitor: Client, organisation: Any, dinner: Any) -> None:
    order = to_pay(visitor, dinner, 1)

    assert "Please pay" in words(pay_by(visitor, order, follow=True))
    assert is_kept_for(organisation, order, LONG)


def test_of_many_places_the_last_fifth_is_scarce(in_scope: Any) -> None:
    attraction = make.attraction(capacity=50, price="10")
    made = ordering.order(attraction=attraction, tickets=20)
    booking.book(attraction.event, {attraction.ticket_types.get().pk: 20}, language="en")
    assert not confirming.is_scarce(made)

    booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")

    assert confirming.is_scarce(made)
    assert not confirming.is_scarce(ordering.order(attraction=make.attraction(capacity=None, price="10")))


def test_where_somebody_waits_places_are_scarce(in_scope: Any) -> None:
    made = ordering.order(capacity=100)
    assert not confirming.is_scarce(made)

    type(made.lines.get().registrations.get().attraction).objects.update(is_kept=True)

    assert confirming.is_scarce(made)


def test_what_is_paid_at_once_needs_no_confirmation(visitor: Client, organisation: Any, dinner: Any) -> None:
    order = to_pay(visitor, dinner)

    assert "/testpay/" in pay_by(visitor, order, "testpay")["Location"]


def test_an_organisation_may_switch_it_off(visitor: Client, organisation: Any, dinner: Any) -> None:
    switch_off(organisation)
    order = to_pay(visitor, dinner)

    assert "Please pay" in words(pay_by(visitor, order, follow=True))


def test_who_is_logged_in_with_that_address_has_confirmed_it_already(organisation: Any, dinner: Any) -> None:
    with scope(organisation):
        ada = make.user("ada@example.org")
    own = browser_on(organisation)
    own.force_login(ada)
    assert "Please pay" in words(pay_by(own, to_pay(own, dinner), follow=True))


def test_a_login_confirms_no_address_but_its_own(organisation: Any, dinner: Any) -> None:
    with scope(organisation):
        grace, unproved = make.user("grace@example.org"), make.user("eve@example.org")
        unproved.emailaddress_set.update(verified=False)
    for user, typed in ((grace, "ada@example.org"), (unproved, "eve@example.org")):
        browser = browser_on(organisation)
        browser.force_login(user)
        order = to_pay(browser, dinner, buyer_email=typed)
        assert "Confirm your address" in words(pay_by(browser, order, follow=True))


def test_staff_and_programs_need_not_confirm(organisation: Any, dinner: Any) -> None:
    with scope(organisation):
        treasurer = make.staff("treasurer")
        made = booking.book(dinner.event, {dinner.ticket_types.get().pk: 2}, language="en")
        people = [booking.Attendee(False, f"Guest {n}", f"guest-{n}@example.org") for n in range(2)]
        booking.assign(made, buyer_name="Ada", buyer_email="a@example.org", attendees=people, is_by_staff=True)
    browser = browser_on(organisation)
    assert "Please pay" in words(pay_by(browser, made, follow=True))
    browser.force_login(treasurer)
    assert "Please pay" in words(pay_by(browser, to_pay(browser, dinner), follow=True))


def test_what_was_begun_while_there_were_enough_goes_on(visitor: Client, organisation: Any, dinner: Any) -> None:
    order = to_pay(visitor, dinner, 1)
    pay_by(visitor, order)
    begin(browser_on(organisation), dinner, 4)

    assert "Please pay" in words(pay_by(visitor, order, follow=True))


def test_the_mail_can_be_sent_again_and_not_for_ever(visitor: Client, organisation: Any, dinner: Any) -> None:
    order = to_pay(visitor, dinner)
    pay_by(visitor, order)
    again = f"/orders/{order.secret}/confirmation/"
    assert "sent a moment ago" in words(visitor.post(again, follow=True))

    until = now(organisation, order).expires_at
    for _ in range(confirming.MOST_PER_ORDER - 1):
        with scope(organisation):
            Message.objects.update(created_at=timezone.now() - confirming.NOT_AGAIN_FOR)
        assert "on its way to ada@example.org" in words(visitor.post(again, follow=True))
    with scope(organisation):
        Message.objects.update(created_at=timezone.now() - confirming.NOT_AGAIN_FOR)
    assert "No more emails can be sent" in words(visitor.post(again, follow=True))
    assert len(links(organisation)) == confirming.MOST_PER_ORDER
    # Asking again keeps nothing for longer.
    assert now(organisation, order).expires_at == until


def test_too_many_orders_for_one_address_are_told_instead_of_mailed(
    visitor: Client, organisation: Any, dinner: Any, settings: Any
) -> None:
    settings.MAILS_PER_HOUR = 1
    pay_by(visitor, to_pay(visitor, dinner))
    order = to_pay(visitor, dinner, buyer_email="ada+1@example.org")

    answer = pay_by(visitor, order)

    assert answer.status_code == 422
    assert "No more emails can be sent to this address at the moment." in words(answer)
    assert len(links(organisation)) == 1


def test_another_address_needs_a_link_of_its_own(visitor: Client, organisation: Any, dinner: Any) -> None:
    order = to_pay(visitor, dinner)
    pay_by(visitor, order)
    enter_attendees(visitor, order, 2, buyer_email="grace@example.org")

    assert "We sent an email" not in words(visitor.get(f"/orders/{order.secret}/"))
    pay_by(visitor, order)
    old, new = links(organisation)

    assert browser_on(organisation).post(old).status_code == 404
    visitor.post(new)
    assert now(organisation, order).confirmed_email == "grace@example.org"
    enter_attendees(visitor, order, 2, buyer_email="eve@example.org")
    assert not now(organisation, order).is_address_confirmed


def test_a_link_that_is_made_up_too_old_or_of_an_order_that_is_over(
    visitor: Client, organisation: Any, dinner: Any, monkeypatch: Any
) -> None:
    order = to_pay(visitor, dinner)
    pay_by(visitor, order)
    [link] = links(organisation)
    forged = signing.dumps([order.pk, "ada@example.org", "transfer"], salt="another")
    for token in ("made-up", forged, signing.dumps(7, salt=confirming.SALT)):
        assert visitor.post(f"/confirm-order/{token}/").status_code == 404

    with scope(organisation):
        ordering.let_expire(order)
    for answer in (visitor.get(link), visitor.post(link)):
        assert "The time is over" in words(answer)
    assert not now(organisation, order).is_address_confirmed
    monkeypatch.setattr(confirming, "GOOD_FOR", timedelta(0))
    assert "no longer valid" in words(visitor.get(link))


def test_the_link_of_another_organisation_is_none(visitor: Client, organisation: Any, dinner: Any) -> None:
    pay_by(visitor, to_pay(visitor, dinner))

    assert browser_on(make.organisation()).post(links(organisation)[0]).status_code == 404


def test_the_link_after_another_way_to_pay_was_chosen_only_confirms(visitor, organisation, dinner) -> None:
    order = to_pay(visitor, dinner)
    pay_by(visitor, order)
    pay_by(visitor, order, "testpay")
    [link] = links(organisation)

    assert visitor.post(link)["Location"].endswith(f"/orders/{order.secret}/payment/")

    assert now(organisation, order).is_address_confirmed
    assert visitor.get(link)["Location"].endswith(f"/orders/{order.secret}/")
    with scope(organisation):
        assert set(Payment.objects.values_list("method", flat=True)) == {"testpay"}


def test_sending_the_mail_again_where_nothing_waits_does_nothing(visitor, organisation, dinner) -> None:
    order = to_pay(visitor, dinner)

    assert visitor.post(f"/orders/{order.secret}/confirmation/").status_code == 302
    assert links(organisation) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "One email address can have at most 3 unpaid places at an event."),
        ("nl", "Per e-mailadres kunnen hoogstens 3 onbetaalde plaatsen voor een evenement worden gereserveerd."),
        ("pl", "Na jeden adres e-mail można mieć na jednym wydarzeniu tylko tyle nieopłaconych miejsc: 3."),
    ],
)
def test_who_holds_too_many_is_told_beside_the_address(
    visitor: Client, organisation: Any, dinner: Any, language: str, sentence: str
) -> None:
    organisation.held_places_per_address = 3
    organisation.save()
    to_pay(visitor, dinner)
    order = begin(visitor, dinner, 2)

    path, asked = f"/orders/{order.secret}/attendees/", attendee_fields(2) | {"buyer_email": "ADA+2@example.org"}
    answer = visitor.post(path, asked, headers={"accept-language": language})

    assert answer.status_code == 422
    assert sentence in words(answer) and organisation.contact_email in words(answer)
    assert now(organisation, order).buyer_email == ""


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The limit of unpaid places from one internet connection (2) has been reached"),
        ("nl", "Het maximum aan onbetaalde plaatsen vanaf één internetverbinding"),
        ("pl", "Dla tego wydarzenia osiągnięto limit nieopłaconych miejsc z jednego łącza"),
    ],
)
def test_a_network_that_holds_too_many_is_told_on_the_events_page(
    organisation: Any, dinner: Any, language: str, sentence: str
) -> None:
    organisation.held_places_per_network = 2
    organisation.save()
    begin(browser_on(organisation, REMOTE_ADDR="2001:db8::1"), dinner, 2)
    same = browser_on(organisation, REMOTE_ADDR="2001:db8::ffff:2")
    same.defaults["HTTP_ACCEPT_LANGUAGE"] = language

    answer = choose(same, dinner)

    assert answer.status_code == 409 and sentence in words(answer)
    assert choose(browser_on(organisation, REMOTE_ADDR="2001:db8:1::1"), dinner).status_code == 302


def test_free_tickets_cannot_flood_a_strangers_mailbox(visitor: Client, organisation: Any, settings: Any) -> None:
    settings.UNPAID_TICKETS_PER_HOUR = 5
    with scope(organisation):
        picnic = make.attraction(capacity=100)
    stranger = {"email-2": "eve+1@example.org", "email-3": "eve@example.org"}

    for number in range(4):
        to_pay(visitor, picnic, 3, buyer_email=f"ada-{number}@example.org", **stranger)

    with scope(organisation):
        to_eve = Message.objects.filter(recipient__startswith="eve")
        assert [to_eve.filter(state=state).count() for state in ("queued", "held")] == [5, 3]
        others = Message.objects.exclude(recipient__startswith="eve")
        assert set(others.values_list("state", flat=True)) == {"queued"}


def test_what_is_paid_or_confirmed_is_never_held_back(visitor: Client, organisation: Any, settings: Any) -> None:
    settings.UNPAID_TICKETS_PER_HOUR = 1
    with scope(organisation):
        picnic, concert, ada = make.attraction(), make.attraction(price="10"), make.user("ada@example.org")
    made = to_pay(visitor, concert, 3)
    with scope(organisation):
        paying.confirm(ordering.start(made, "transfer").payment)
    own = browser_on(organisation)
    own.force_login(ada)
    to_pay(own, picnic, 3)

    with scope(organisation):
        assert not Message.objects.filter(state="held").exists()
