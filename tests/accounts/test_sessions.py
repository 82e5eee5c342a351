"""Sessions of a login: listed, ended, and over at once where access is taken (A6)."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from kring.accounts import sessions, staffing
from kring.accounts.models import Role, UserSession
from kring.core.tenancy import scope
from tests import make
from tests.accounts.conftest import is_logged_in, log_in

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"


@pytest.fixture
def logged_in(browser: Any) -> Any:
    """`logged_in(user, organisation, user_agent)`: a browser in which this user has logged in."""

    def log(user: Any, place: Any, user_agent: str = FIREFOX) -> Any:
        client = browser(place)
        client.defaults["HTTP_USER_AGENT"] = user_agent
        assert log_in(client, user.email).status_code == 302
        return client

    return log


def test_a_login_sees_its_sessions_on_all_sites_by_browser_and_site(
    ours: Any, theirs: Any, member: Any, logged_in: Any
) -> None:
    ada, somebody_else = member(ours), member(ours)
    here = logged_in(ada, ours)
    logged_in(ada, theirs, IPHONE)
    logged_in(somebody_else, ours)

    found = {(each.organisation.name, each.browser) for each in sessions.of(ada)}
    assert found == {("Our Club", "Firefox on Linux"), (theirs.name, "Safari on iPhone")}
    page = here.get("/portal/security/logins/").content.decode()
    assert (page.count("Log out this device<span"), "Safari on iPhone" in page, theirs.name in page) == (1, True, True)
    assert all(each.session_key not in page for each in sessions.of(ada) if each.organisation == theirs)


def test_ending_one_session_logs_that_browser_out_and_no_other(ours: Any, member: Any, logged_in: Any) -> None:
    ada = member(ours)
    here, there, third = (logged_in(ada, ours) for _ in range(3))
    handle = UserSession.objects.get(pk=there.session.session_key).handle

    here.post("/portal/security/logins/", {"session": handle})

    assert [is_logged_in(each) for each in (here, there, third)] == [True, False, True]
    here.post("/portal/security/logins/", {"others": "1"})
    assert [is_logged_in(each) for each in (here, third)] == [True, False]


def test_nobody_ends_the_session_of_another_login(ours: Any, member: Any, logged_in: Any) -> None:
    here, theirs = logged_in(member(ours), ours), logged_in(member(ours), ours)
    handle = UserSession.objects.get(pk=theirs.session.session_key).handle

    here.post("/portal/security/logins/", {"session": handle})

    assert is_logged_in(theirs)


@pytest.mark.parametrize("act", [staffing.block, staffing.remove, staffing.log_out], ids=["block", "remove", "log out"])
def test_who_loses_access_is_logged_out_there_at_once_and_nowhere_else(
    ours: Any, theirs: Any, member: Any, logged_in: Any, act: Any
) -> None:
    ada = member(ours)
    here, elsewhere = logged_in(ada, ours), logged_in(ada, theirs)

    with scope(ours):
        act(ada)

    assert (is_logged_in(here), is_logged_in(elsewhere)) == (False, True)


def test_a_session_that_was_used_is_noted_every_five_minutes_at_most(
    ours: Any, member: Any, logged_in: Any, django_assert_num_queries: Any
) -> None:
    ada = member(ours)
    here = logged_in(ada, ours)
    long_ago = timezone.now() - timedelta(hours=1)
    UserSession.objects.update(last_seen_at=long_ago, user=None, organisation=None, user_agent="")
    with scope(ours):
        Role.objects.update(last_seen_at=long_ago)

    here.get("/portal/security/")
    with scope(ours):
        role = Role.objects.get()
    session = UserSession.objects.get(user=ada)
    assert role.last_seen_at == session.last_seen_at > timezone.now() - timedelta(minutes=1)
    assert (session.organisation, session.browser) == (ours, "Firefox on Linux")

    here.get("/portal/security/")
    assert UserSession.objects.get(user=ada).last_seen_at == session.last_seen_at


def test_what_a_session_keeps_outlives_its_saving(ours: Any, member: Any, logged_in: Any) -> None:
    here = logged_in(member(ours), ours)
    began = UserSession.objects.get().created_at

    session = here.session
    session["kept"] = 1
    session.save()

    assert UserSession.objects.get().created_at == began
    assert here.session["kept"] == 1


def test_sessions_of_the_version_before_are_read() -> None:
    """The same salt: what Django's own store signed."""
    from django.contrib.sessions.backends.db import SessionStore as Before

    now = import_module(settings.SESSION_ENGINE).SessionStore()
    assert now.decode(Before().encode({"a": 1})) == {"a": 1}


def test_the_platforms_administrators_have_the_same_page(browser: Any, logged_in: Any) -> None:
    admin = make.user(is_platform_admin=True)
    here, there = logged_in(admin, "portal.kring.localhost"), logged_in(admin, "portal.kring.localhost", IPHONE)

    assert b"Safari on iPhone" in here.get("/platform/logins/").content
    here.post("/platform/logins/", {"others": "1"})
    assert not is_logged_in(there)
