"""Activating a member's login from the link in the mail, and what is seen then (M2, M3)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.accounts.models import User
from kring.core.tenancy import scope
from kring.mail.models import Message
from kring.members import households, inviting
from kring.members.models import Guardian, Member
from kring.organisations.models import AuditEntry
from tests import make

pytestmark = pytest.mark.django_db
ADDRESS = "eva@mail.example"
SECRET = "a long enough password"


@pytest.fixture
def family(organisation: Any) -> list[Member]:
    today = timezone.localdate()
    with scope(organisation):
        return [
            make.member(first_name="Eva", birth_date=today - timedelta(days=366 * 40), email=ADDRESS),
            make.member(first_name="Liv", birth_date=today - timedelta(days=366 * 9), email=ADDRESS, city="Zeist"),
        ]


@pytest.fixture
def visitor(organisation: Any) -> Client:
    return Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})


def link(organisation: Any, members: list[Member]) -> str:
    with scope(organisation):
        inviting.invite(members, by=None)
        text = Message.objects.latest("pk").text
    found = re.search(r"/membership/invitations/[\w-]+/", text)
    assert found
    return found.group()


def test_from_the_mail_to_ones_own_child(organisation, family, visitor):
    address = link(organisation, family)
    assert "Eva Jansen" in visitor.get(address).content.decode()
    sent = {"who": str(family[0].pk), "new_password1": SECRET, "new_password2": SECRET}
    answer = visitor.post(address, sent)
    assert (answer.status_code, answer.url) == (302, "/portal/membership/")
    page = visitor.get("/portal/membership/").content.decode()
    assert "Liv Jansen" in page
    assert "Zeist" in page
    assert visitor.get(address).status_code == 410


def test_a_parent_who_is_no_member_says_their_name(organisation, family, visitor):
    address = link(organisation, family)
    sent = {"who": "guardian", "new_password1": SECRET, "new_password2": SECRET}
    nameless = visitor.post(address, sent)
    assert nameless.status_code == 422
    page = nameless.content.decode()
    assert "Say what you are called" in page
    assert page.count("error-summary") == 1
    assert visitor.post(address, sent | {"name": "Noor de Wit"}).status_code == 302
    user = User.objects.get(email=ADDRESS)
    with scope(organisation):
        assert (user.name, str(Guardian.objects.get())) == ("Noor de Wit", "Noor de Wit")
        accepted = AuditEntry.objects.filter(action="member.activated")
        assert [entry.actor_id for entry in accepted] == [user.pk]


def test_a_parent_whom_the_club_knows_by_name_finds_it_filled_in(organisation, family, visitor):
    with scope(organisation):
        households.entrust(households.add_guardian(None, name="Noor de Wit", email=ADDRESS), family[1])
    assert 'value="Noor de Wit"' in visitor.get(link(organisation, family)).content.decode()


def test_opening_the_link_does_nothing_yet(organisation, family, visitor):
    visitor.get(link(organisation, family))
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_weak_password_links_nothing(organisation, family, visitor):
    address = link(organisation, family)
    answer = visitor.post(address, {"who": str(family[0].pk), "new_password1": "123", "new_password2": "123"})
    assert answer.status_code == 422
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_account_that_exists_logs_in_first(organisation, family, visitor):
    user = make.user(ADDRESS)
    address = link(organisation, family)
    answer = visitor.get(address)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/accounts/login/")
    visitor.force_login(user)
    assert visitor.post(address, {"who": str(family[0].pk)}).url == "/portal/membership/"
    with scope(organisation):
        assert Member.objects.get(pk=family[0].pk).user == user


def test_somebody_elses_login_is_not_linked(organisation, family, visitor):
    visitor.force_login(make.user("somebody@mail.example"))
    address = link(organisation, family)
    assert visitor.post(address, {"who": str(family[0].pk)}).status_code == 200
    with scope(organisation):
        assert not Member.objects.exclude(user=None).exists()


def test_a_wrong_link_is_not_found(organisation, visitor):
    assert visitor.get("/membership/invitations/not-one/").status_code == 404


def test_who_left_the_household_sees_its_children_no_more(organisation, family, visitor):
    with scope(organisation):
        home = households.form(family)
        father = make.member(first_name="Jan", birth_date=timezone.localdate() - timedelta(days=366 * 41))
        father.user = make.user()
        father.save()
        households.move_in(father, home)
        households.entrust(households.add_guardian(home, member=father), family[1])
    visitor.force_login(father.user)
    assert "Liv Jansen" in visitor.get("/portal/membership/").content.decode()
    with scope(organisation):
        households.move_out(father)
    page = visitor.get("/portal/membership/").content.decode()
    assert "Liv Jansen" not in page
    assert "Jan Jansen" in page


def test_a_person_of_another_organisation_sees_nothing(organisation, family):
    other = make.organisation()
    with scope(other):
        stranger = make.member(first_name="Bo")
        stranger.user = make.user()
        stranger.save()
    client = Client(headers={"host": f"{organisation.subdomain}.kring.localhost"})
    client.force_login(stranger.user)
    assert client.get("/portal/membership/").status_code == 403
