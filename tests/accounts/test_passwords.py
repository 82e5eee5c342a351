"""A forgotten password, and a first one (A1, A7, R3)."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.accounts.models import User
from kring.mail.models import PlatformMessage
from tests import make
from tests.accounts.conftest import is_logged_in, log_in

NEW = "a brand new sentence"


def ask(client, email):
    return client.post("/accounts/password/reset/", {"email": email})


def choose(client, link, password=NEW):
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


def test_the_link_in_the_mail_sets_a_new_password(browser, ours, mails, member):
    ada = member(ours)
    client = browser(ours)

    ask(client, ada.email)
    [(template, to, link)] = mails()
    choose(client, link)
    log_in(client, ada.email, NEW)

    assert (template, to) == ("reset-password", ada.email)
    assert link.startswith("http://ours.kring.localhost/accounts/password/reset/key/")
    assert is_logged_in(client)


def test_the_owner_is_told_that_it_was_changed(browser, ours, mails, member):
    ada = member(ours)
    client = browser(ours)

    ask(client, ada.email)
    choose(client, mails()[0][2])

    assert [mail[0] for mail in mails()] == ["reset-password", "login-changed"]


def test_the_link_works_once(browser, ours, mails, member):
    ada = member(ours)
    ask(browser(ours), ada.email)
    link = mails()[0][2]
    choose(browser(ours), link)

    choose(browser(ours), link, "another sentence 99")

    assert User.objects.get(pk=ada.pk).check_password(NEW)


def test_the_link_ends_after_three_days(browser, ours, mails, member, settings):
    ada = member(ours)
    ask(browser(ours), ada.email)
    settings.PASSWORD_RESET_TIMEOUT = -1

    choose(browser(ours), mails()[0][2])

    assert User.objects.get(pk=ada.pk).check_password(make.PASSWORD)


def test_asking_does_not_tell_whether_the_account_exists(browser, ours, mails, member):
    ada = member(ours)

    known, unknown = ask(browser(ours), ada.email), ask(browser(ours), "nobody@example.org")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert [mail[:2] for mail in mails()] == [("reset-password", ada.email), ("no-account", "nobody@example.org")]


@pytest.mark.parametrize("host", ["ours.kring.localhost", "portal.kring.localhost"])
def test_asking_takes_the_same_work_whether_or_not_the_account_exists(browser, ours, member, host):
    ada = member(ours)
    asked = []
    for email in ("first@example.org", ada.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as statements:
            ask(browser(host), email)
        asked.append(len(statements))

    assert asked[1] == asked[2]


def test_a_switched_off_login_gets_no_link(browser, ours, mails, member):
    ada = member(ours)
    User.objects.filter(pk=ada.pk).update(is_active=False)

    ask(browser(ours), ada.email)

    assert [mail[0] for mail in mails()] == ["no-account"]


def test_asking_too_often_is_stopped(browser, ours, member):
    ada = member(ours)
    client = browser(ours)

    assert [ask(client, ada.email).status_code for _ in range(6)] == [302] * 5 + [429]


def test_whoever_never_had_a_password_sets_one_by_the_same_way(browser, ours, mails):
    """Somebody bought them a ticket. The link came to their address, so it counts as confirmed."""
    User.objects.for_person(email="eve@example.org", name="Eve")
    client = browser(ours)

    ask(client, "eve@example.org")
    choose(client, mails()[0][2])
    log_in(client, "eve@example.org", NEW)

    assert is_logged_in(client)
    assert EmailAddress.objects.get().verified


@pytest.mark.parametrize("password", ["", "short", "1234567890", "password123", "x\x00" * 8])
def test_a_bad_password_is_refused(browser, ours, mails, member, password):
    ada = member(ours)
    ask(browser(ours), ada.email)

    answer = choose(browser(ours), mails()[0][2], password)

    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert User.objects.get(pk=ada.pk).check_password(make.PASSWORD)


@pytest.mark.parametrize("link", ["1-abc", "zzzz-set-password", "0-0", "é-é", "99999999999999999999-x"])
def test_a_wrong_link_says_so(browser, ours, link):
    answer = browser(ours).get(f"/accounts/password/reset/key/{link}/")

    assert answer.status_code == 404 or "This link no longer works" in answer.content.decode()


def test_the_mail_names_the_site_itself_whatever_port_was_asked(browser, ours, mails, member):
    ada = member(ours)

    ask(browser("ours.kring.localhost:6666"), ada.email)

    assert mails()[0][2].startswith("http://ours.kring.localhost/accounts/")


def test_a_platform_admin_gets_the_mail_of_the_platform(browser, db):
    admin = make.user(is_platform_admin=True)

    ask(browser("portal.kring.localhost"), admin.email)

    assert PlatformMessage.objects.get().recipient == admin.email
