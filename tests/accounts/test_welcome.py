"""The link by which an attendee for whom another person bought a ticket sets their first password (R3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest

from kring.accounts import welcome
from kring.accounts.models import User
from kring.organisations.models import AuditEntry

pytestmark = pytest.mark.usefixtures("in_scope")
SITE = "https://vgbc.example.org"


@pytest.fixture
def marie(in_scope):
    user, _made = User.objects.for_person(email="marie@example.org", name="Marie de Vries")
    return user


def read(link: str) -> User | None:
    uid, token = link.removeprefix(f"{SITE}/accounts/welcome/").strip("/").split("/")
    return welcome.find(uid, token)


def test_the_link_finds_whom_it_is_for(marie):
    assert read(welcome.link(marie, SITE)) == marie


def test_each_mail_has_a_link_of_its_own_and_all_of_them_work(marie):
    links = [welcome.link(marie, SITE) for _ in range(2)]

    assert [read(link) for link in links] == [marie, marie]


def test_a_password_once_set_ends_all_links(marie):
    links = [welcome.link(marie, SITE) for _ in range(2)]

    welcome.accept(marie, "correct horse battery")

    assert [read(link) for link in links] == [None, None]


def test_who_came_by_mail_has_shown_that_the_address_is_hers(marie):
    welcome.accept(marie, "correct horse battery")

    assert marie.check_password("correct horse battery")
    assert list(marie.emailaddress_set.values_list("email", "verified", "primary")) == [
        ("marie@example.org", True, True)
    ]
    assert AuditEntry.objects.get().action == "account.opened"


@pytest.mark.parametrize(("days", "works"), [(59, True), (61, False)])
def test_the_link_works_for_sixty_days(marie, days, works):
    link = welcome.link(marie, SITE)

    with patch.object(welcome.WelcomeTokens, "_now", lambda self: datetime.now() + timedelta(days=days)):
        assert (read(link) == marie) is works


def test_a_link_of_somebody_who_was_blocked_opens_nothing(marie):
    link = welcome.link(marie, SITE)
    marie.is_active = False
    marie.save()

    assert read(link) is None


@pytest.mark.parametrize(
    ("uid", "token"), [("", ""), ("MQ", "x-y"), ("🎉", "x"), ("OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "x"), ("AA", "\0")]
)
def test_what_is_no_link_of_ours_finds_nobody(marie, uid, token):
    assert welcome.find(uid, token) is None
