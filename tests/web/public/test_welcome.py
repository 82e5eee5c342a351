"""The page where a first password is set (R3)."""

from __future__ import annotations

import pytest

from kring.accounts import welcome
from kring.accounts.models import User
from kring.core.tenancy import scope
from kring.registrations.models import Registration
from tests import make
from tests.web.public.checkout import begin, enter_attendees
from tests.web.public.conftest import browser_on
from tests.web.reading import words

PASSWORD = {"new_password1": "correct horse battery", "new_password2": "correct horse battery"}


@pytest.fixture
def friend(organisation, visitor) -> User:
    """Ada bought them a ticket."""
    with scope(organisation):
        walk = make.attraction(event=make.event(name="Walk in the woods"))
    enter_attendees(visitor, begin(visitor, walk, 2), 2)
    with scope(organisation):
        return Registration.objects.get(attendee_name="Friend 2").attendee


@pytest.fixture
def link(friend) -> str:
    return welcome.link(friend, "")


def test_one_password_typed_twice_and_the_ticket_is_there(organisation, friend, link):
    browser = browser_on(organisation)
    assert "Welcome, Friend 2" in words(browser.get(link))

    answer = browser.post(link, PASSWORD)

    assert answer["Location"] == "/portal/"
    text = words(browser.get("/portal/"))
    assert ("Hello, Friend 2" in text, "Walk in the woods" in text) == (True, True)


def test_the_second_time_it_says_what_to_do(organisation, link):
    browser_on(organisation).post(link, PASSWORD)
    later = browser_on(organisation)

    for answer in (later.get(link), later.post(link, PASSWORD)):
        assert answer.status_code == 410
        assert "This link no longer works" in words(answer)
        assert "Send me a new link" in words(answer)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("correct horse battery", "correct horse", "The two password fields didn’t match."),
        ("short", "short", "This password is too short."),
        ("qwertyuiop", "qwertyuiop", "This password is too common."),
        ("1234567890", "1234567890", "This password is entirely numeric."),
        ("", "", "This field is required."),
    ],
)
def test_a_password_that_is_not_good_enough_is_asked_for_again(organisation, friend, link, one, two, expected):
    answer = browser_on(organisation).post(link, {"new_password1": one, "new_password2": two})

    assert answer.status_code == 422
    assert expected in words(answer)


@pytest.mark.parametrize("path", ["x/y", "MQ/abc-def", "🎉/🎉", f"{'x' * 2000}/y"])
def test_what_is_no_link_of_ours_is_a_page_with_a_way_on(visitor, path):
    answer = visitor.get(f"/accounts/welcome/{path}/")

    assert answer.status_code == 410
    assert "Send me a new link" in words(answer)
