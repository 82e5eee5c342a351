"""A member without a login at hand is known by the link in their own mail, and by nothing they typed (A5)."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.core.tenancy import scope
from kring.events.eligibility import decide
from kring.events.models import EligibilityRule
from kring.mail.models import Message
from kring.members import households
from kring.registrations import booking, proving
from kring.registrations.applicants import applicant_of
from kring.registrations.models import Registration
from tests import make
from tests.jobs import work
from tests.web.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(organisation: Any) -> SimpleNamespace:
    with scope(organisation):
        attraction = make.attraction()
        EligibilityRule.objects.create(key="member", attraction=attraction)
        member = make.staff("member", name="Ada")
        order = booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")
    browser = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    return SimpleNamespace(organisation=organisation, member=member, order=order, browser=browser)


def enter_attendees(site: SimpleNamespace, email: str, **more: str) -> str:
    """The page after the attendees were entered."""
    who = {"buyer_name": "Ada", "buyer_email": email, "who-1": "myself", **more}
    return words(site.browser.post(f"/orders/{site.order.secret}/attendees/", who, follow=True))


def ask_for_link(site: SimpleNamespace) -> str:
    with scope(site.organisation):
        key = Registration.objects.get().pk
    answer = site.browser.post(f"/orders/{site.order.secret}/registrations/{key}/proof/", follow=True)
    work()
    return words(answer)


def links(site: SimpleNamespace) -> list[str]:
    with scope(site.organisation):
        texts = [mail.text for mail in Message.objects.filter(template="prove-address").order_by("pk")]
        return [re.search(r"(/membership/\S+/)", text)[1] for text in texts]


def state(site: SimpleNamespace) -> str:
    with scope(site.organisation):
        return Registration.objects.get().state


def test_the_link_in_the_members_own_mail_lets_them_go_on(site: SimpleNamespace) -> None:
    page = enter_attendees(site, site.member.email)
    assert "open a link in their own email" in page
    assert f"send a link to {site.member.email}" in page

    assert "an email with a link is on its way" in ask_for_link(site)
    [address] = links(site)
    assert "Yes, that is me" in words(site.browser.get(address))
    assert state(site) == "new"

    page = words(site.browser.post(address, follow=True))
    assert "for members only" not in page
    site.browser.post(f"/orders/{site.order.secret}/data/1/")
    assert state(site) == "completed"


def test_whoever_is_no_member_hears_the_same_and_gets_no_mail(site: SimpleNamespace) -> None:
    enter_attendees(site, "stranger@example.org")

    assert "If stranger@example.org is a member's address, an email with a link is on its way." in ask_for_link(site)
    assert links(site) == []


def test_a_members_mailbox_is_not_flooded(site: SimpleNamespace) -> None:
    enter_attendees(site, site.member.email)
    for _time in range(4):
        ask_for_link(site)
    assert len(links(site)) == 1

    for number in range(2, 9):
        with scope(site.organisation):
            Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
        ask_for_link(site)
        assert len(links(site)) == min(number, proving.MOST_A_DAY)


def test_a_link_proves_one_address_only_and_not_for_ever(site: SimpleNamespace, monkeypatch: Any) -> None:
    enter_attendees(site, site.member.email)
    ask_for_link(site)
    [address] = links(site)
    enter_attendees(site, "thief@example.org")

    assert site.browser.get(address).status_code == site.browser.post(address).status_code == 404
    for made_up in ("/membership/x/", address[:-3] + "/"):
        assert site.browser.get(made_up).status_code == 404
    enter_attendees(site, site.member.email)
    assert site.browser.get(address).status_code == 200
    monkeypatch.setattr(proving, "GOOD_FOR", timedelta(seconds=-1))
    assert site.browser.get(address).status_code == 404


def test_the_addressee_of_somebody_elses_order_does_not_see_that_order(site: SimpleNamespace) -> None:
    friend = {"who-1": "someone", "name-1": "Ada", "email-1": site.member.email}
    enter_attendees(site, "friend@example.org", **friend)
    ask_for_link(site)
    [address] = links(site)

    answer = site.browser.post(address)

    assert answer.status_code == 200
    assert "Your address is confirmed." in words(answer)
    assert site.order.secret not in answer.content.decode()
    with scope(site.organisation):
        assert Registration.objects.get().proved_email == site.member.email


def test_a_members_proved_address_makes_nobody_else_a_member(site: SimpleNamespace) -> None:
    """A parent, say, who is a member and gives the same address for a child who is none."""
    page = enter_attendees(
        site, site.member.email, **{"who-1": "someone", "name-1": "Child", "email-1": site.member.email}
    )
    assert "send a link" not in page
    ask_for_link(site)
    assert links(site) == []

    with scope(site.organisation):
        Registration.objects.get().prove_email()
    site.browser.post(f"/orders/{site.order.secret}/data/1/")

    assert state(site) == "new"


@pytest.mark.parametrize(("name", "found"), [("Liv Smit", []), ("Bo Smit", ["not_a_member"])])
def test_a_guardian_who_logged_in_registers_a_child_of_the_register(
    site: SimpleNamespace, name: str, found: list[str]
) -> None:
    with scope(site.organisation):
        guardian = households.add_guardian(None, name="Eva Smit")
        guardian.user = make.user(name="Eva Smit")
        guardian.save(update_fields=["user"])
        child = make.member(first_name="Liv", last_name="Smit", birth_date=timezone.localdate() - timedelta(days=3000))
        households.entrust(guardian, child)
    site.browser.force_login(guardian.user)

    enter_attendees(site, guardian.user.email, **{"who-1": "someone", "name-1": name, "email-1": guardian.user.email})

    with scope(site.organisation):
        registration = Registration.objects.select_related("line__order", "attraction__event").get()
        assert [each.code for each in decide(registration.attraction, applicant_of(registration))] == found


def test_a_member_of_the_register_proves_by_mail_too(site: SimpleNamespace) -> None:
    with scope(site.organisation):
        make.member(first_name="Liv", email="liv@example.org")

    enter_attendees(site, "liv@example.org")
    ask_for_link(site)

    assert len(links(site)) == 1
