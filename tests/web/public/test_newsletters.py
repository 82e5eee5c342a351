"""The boxes in the checkout, the pages behind the links, and what the other side reports (D7)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kring.core.tenancy import scope
from kring.newsletter import links, unsubscribing
from kring.newsletter.models import MailingList
from tests import make
from tests.newsletter.subscribing import ADA, TEXT, ask, newsletter, path_of, row, subscriptions
from tests.web.public.checkout import begin, enter_attendees
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words


@pytest.fixture
def news(organisation: Any) -> MailingList:
    with scope(organisation):
        return newsletter()


@pytest.fixture
def order(organisation: Any, news: MailingList, visitor: Client) -> Any:
    with scope(organisation):
        walk = make.attraction(name="Walk", capacity=5)
    organisation.refresh_from_db()
    return begin(visitor, walk)


def box_of(page: Any) -> tuple[str, str]:
    """Name and value, never ticked."""
    [found] = re.findall(r'<input[^>]*name="newsletter-\d+"[^>]*>', page.content.decode())
    assert "checked" not in found and "required" not in found
    return re.search(r'name="([^"]+)"', found)[1], re.search(r'value="([^"]+)"', found)[1]  # type: ignore[index]


def attendees(visitor: Client, order: Any, **headers: str) -> Any:
    return visitor.get(f"/orders/{order.secret}/attendees/", headers=headers)


def test_the_box_is_there_unticked_and_a_ticked_one_is_the_proof(organisation, visitor, order):
    page = attendees(visitor, order)
    assert TEXT in words(page)
    name, value = box_of(page)

    enter_attendees(visitor, order, **{name: value})

    [found] = subscriptions(organisation)
    assert (found.email, found.name, found.state, found.consent_text) == (ADA, "Ada Lovelace", "asked", TEXT)
    assert (found.order_number, found.asked_from) == (order.number, "127.0.0.1")


def test_a_box_that_is_not_ticked_is_no_consent(organisation, visitor, order):
    enter_attendees(visitor, order)

    assert subscriptions(organisation) == []


def test_the_text_that_is_kept_is_the_one_in_the_language_that_was_read(organisation, visitor, order):
    name, value = box_of(attendees(visitor, order, **{"accept-language": "nl"}))

    enter_attendees(visitor, order, **{name: value})

    assert [each.consent_text for each in subscriptions(organisation)] == ["Ja, graag."]


def test_a_text_that_changed_meanwhile_is_to_be_read_again(organisation, visitor, order, news):
    name, value = box_of(attendees(visitor, order))
    with scope(organisation):
        MailingList.objects.update(texts={"en": "We also sell your address."})

    answer = enter_attendees(visitor, order, **{name: value})

    assert answer.status_code == 422 and "please read it, and choose again" in words(answer)
    assert subscriptions(organisation) == []


def test_a_list_that_is_offered_no_more_is_no_obstacle(organisation, visitor, order):
    name, value = box_of(attendees(visitor, order))
    with scope(organisation):
        MailingList.objects.update(is_offered=False)

    assert enter_attendees(visitor, order, **{name: value}).status_code == 302
    assert subscriptions(organisation) == []


def test_ten_thousand_boxes_are_those_that_are_offered(organisation, visitor, order):
    name, value = box_of(attendees(visitor, order))
    forged = {f"newsletter-{number}": value for number in range(900)}

    many = visitor.post(
        f"/orders/{order.secret}/attendees/", {f"newsletter-{number}": value for number in range(10_000)}
    )
    answer = enter_attendees(visitor, order, **forged | {name: value})

    assert (many.status_code, answer.status_code) == (400, 302)
    assert len(subscriptions(organisation)) == 1


def test_the_text_of_the_box_is_never_markup(organisation, visitor, order):
    with scope(organisation):
        MailingList.objects.update(texts={"en": "<script>alert(1)</script>"})

    assert "<script>alert(1)" not in attendees(visitor, order).content.decode()


def test_the_answer_says_nothing_about_who_is_subscribed(organisation, visitor, order, news):
    """Two addresses, one of them on the list: the same page, the same next step, the same box on coming back."""
    with scope(organisation):
        row(news)
        other = make.attraction(name="Dinner", capacity=5)
    second = begin(visitor, other)
    answers = []
    for each, email in ((order, ADA), (second, "nobody@example.org")):
        name, value = box_of(attendees(visitor, each))
        answer = enter_attendees(visitor, each, **{name: value, "buyer_email": email})
        # Free of charge, it is complete then.
        answers.append((answer.status_code, answer["Location"].replace(each.secret, "")))

    assert answers[0] == answers[1]


def test_nothing_moves_before_the_button_is_pressed(organisation, visitor, news):
    with scope(organisation):
        path = path_of(links.confirmation(ask(news)))

    assert TEXT in words(visitor.get(path))
    visitor.head(path)
    assert [each.state for each in subscriptions(organisation)] == ["asked"]

    answer = visitor.post(path, fields(visitor.get(path)), follow=True)

    assert "is subscribed" in words(answer)
    [found] = subscriptions(organisation)
    assert (found.state, found.confirmed_from) == ("subscribed", "127.0.0.1")


def test_the_link_that_confirms_does_so_no_more_once_they_are_out_of_it(organisation, visitor, news):
    with scope(organisation):
        found = ask(news)
        path = path_of(links.confirmation(found))
        unsubscribing.unsubscribe(found, "link")

    visitor.post(path)

    assert [each.state for each in subscriptions(organisation)] == ["unsubscribed"]


def test_links_of_another_organisation_lead_nowhere(organisation, news):
    with scope(organisation):
        found = ask(news)
        addresses = [links.confirmation(found), links.own_page(found), links.reports(news)]
    stranger = browser_on(make.organisation(subdomain="other"))

    assert [stranger.post(path_of(each)).status_code for each in addresses] == [404] * 3
    assert [each.state for each in subscriptions(organisation)] == ["asked"]


def test_one_click_of_a_mail_program_unsubscribes_without_cookies_and_without_a_redirect(organisation, news):
    with scope(organisation):
        path = path_of(links.own_page(row(news)))
    program = browser_on(organisation, enforce_csrf_checks=True)

    answers = [program.post(path, {"List-Unsubscribe": "One-Click"}).status_code for _time in range(2)]

    assert answers == [200, 200]
    [found] = subscriptions(organisation)
    assert (found.state, found.unsubscribed_how) == ("unsubscribed", "one_click")


def test_to_open_the_page_unsubscribes_nobody_its_button_does(organisation, visitor, news):
    with scope(organisation):
        path = path_of(links.own_page(row(news)))

    page = visitor.get(path)
    assert [each.state for each in subscriptions(organisation)] == ["subscribed"]
    answer = visitor.post(path, fields(page), follow=True)

    assert "is not sent to ada@example.org any more" in words(answer)
    assert [each.unsubscribed_how for each in subscriptions(organisation)] == ["link"]


def test_people_see_and_leave_what_is_sent_to_their_own_confirmed_address(organisation, news):
    with scope(organisation):
        own, foreign = row(news), row(news, "bob@example.org")
        person = browser_on(organisation)
        person.force_login(make.staff("member", email=ADA))

    page = words(person.get("/portal/newsletters/"))
    assert ADA in page and "bob@example.org" not in page
    assert person.post(f"/portal/newsletters/{foreign.pk}/leaving/").status_code == 404
    person.post(f"/portal/newsletters/{own.pk}/leaving/")

    states = {each.email: (each.state, each.unsubscribed_how) for each in subscriptions(organisation)}
    assert states == {ADA: ("unsubscribed", "portal"), "bob@example.org": ("subscribed", "")}
