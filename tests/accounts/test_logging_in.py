"""Logging in, and how it cannot be forced (A1, A7)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connections
from django.test import override_settings

from kring.accounts.models import Role, User
from kring.core.tenancy import scope
from tests import make
from tests.accounts.conftest import is_logged_in, log_in

REAL_HASHER = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_the_right_password_opens_the_portal(browser, ours, member):
    ada = member(ours)
    client = browser(ours)

    answer = log_in(client, ada.email)

    assert (answer.status_code, answer.url, is_logged_in(client)) == (302, "/portal/", True)


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("member", "/portal/"),
        ("door", "/scan"),
        ("organiser", "/organisation/"),
        ("treasurer", "/organisation/"),
        ("org_admin", "/organisation/"),
    ],
)
def test_logging_in_leads_to_where_ones_work_is(browser, ours, role, address):
    with scope(ours):
        person = make.staff(role)

    assert log_in(browser(ours), person.email).url == address
    assert log_in(browser(ours), person.email, next="/events/").url == "/events/"


def test_a_role_elsewhere_leads_to_no_work_here(browser, ours, theirs, member):
    ada = member(ours)
    with scope(theirs):
        Role.objects.create(user=ada, name="org_admin")

    assert log_in(browser(ours), ada.email).url == "/portal/"


def test_capitals_and_spaces_in_the_address_do_not_matter(browser, ours, member):
    member(ours, email="ada@example.org")
    client = browser(ours)

    log_in(client, "  Ada@Example.ORG ")

    assert is_logged_in(client)


def test_a_failure_does_not_tell_whether_the_account_exists(browser, ours, member):
    ada = member(ours)
    client = browser(ours)

    known = log_in(client, ada.email, "wrong password 1")
    unknown = log_in(client, "nobody@example.org", "wrong password 1")

    shown = [re.sub(r'value="[^"]*"|nonce-\S+', "", answer.content.decode()) for answer in (known, unknown)]
    assert (known.status_code, shown[0]) == (unknown.status_code, shown[1])
    assert known.context["form"].non_field_errors()
    assert not is_logged_in(client)


def test_a_failure_takes_as_long_whether_or_not_the_account_exists(browser, ours, member, monkeypatch):
    """Not measured in time, which varies: a password is hashed in both cases, once."""
    ada = member(ours)
    client = browser(ours)
    hashed = []
    really = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: hashed.append(1) or really(*given))

    log_in(client, ada.email, "wrong password 1")
    for_known = len(hashed)
    log_in(client, "nobody@example.org", "wrong password 1")

    assert (for_known, len(hashed)) == (1, 2)


def test_after_five_failures_the_address_is_locked_even_for_the_right_password(browser, ours, member):
    ada = member(ours)
    client = browser(ours)

    failures = [log_in(client, ada.email, "wrong password 1").status_code for _ in range(5)]
    locked = log_in(client, ada.email)

    assert failures == [200] * 5
    assert locked.status_code == 429 and 200 < int(locked["Retry-After"]) <= 300
    assert not is_logged_in(client)


def test_an_address_without_an_account_is_locked_just_the_same(browser, ours):
    client = browser(ours)

    statuses = [log_in(client, "nobody@example.org").status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_one_locked_address_locks_no_other(browser, ours, member):
    ada, bob = member(ours), member(ours)
    client = browser(ours)
    for _ in range(6):
        log_in(client, ada.email, "wrong password 1")

    log_in(client, bob.email)

    assert is_logged_in(client)


def test_one_machine_cannot_try_one_password_on_many_addresses(browser, ours):
    client = browser(ours)

    statuses = [log_in(client, f"person-{number}@example.org").status_code for number in range(12)]

    assert statuses == [200] * 10 + [429] * 2


def test_right_passwords_do_not_count_as_failures(browser, ours, member):
    ada = member(ours)

    for _ in range(8):
        client = browser(ours)
        log_in(client, ada.email)
        assert is_logged_in(client)


@pytest.mark.django_db(transaction=True)
def test_trying_at_the_same_moment_does_not_help(browser):
    """Sixteen at once: the counter is in the database, and only five may even be wrong."""
    make.organisation(subdomain="ours")

    def attempt(number):
        try:
            return log_in(browser("ours.kring.localhost"), "ada@example.org", f"wrong {number}").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as threads:
        statuses = list(threads.map(attempt, range(16)))

    assert statuses.count(200) <= 5
    assert set(statuses) <= {200, 429}


def test_a_login_that_was_switched_off_opens_nothing(browser, ours, member):
    ada = member(ours)
    client = browser(ours)
    log_in(client, ada.email)
    User.objects.filter(pk=ada.pk).update(is_active=False)

    before = client.get("/portal/")
    again = browser(ours)
    log_in(again, ada.email)

    assert (before.status_code, before.url) == (302, "/accounts/login/?next=/portal/")
    assert not is_logged_in(again)


def test_logging_in_starts_a_new_session(browser, ours, member):
    """An attacker who planted a session in the browser beforehand does not share it afterwards."""
    ada = member(ours)
    client = browser(ours)
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key

    log_in(client, ada.email)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != planted


def test_logging_out_ends_the_session_and_needs_a_click(browser, ours, member):
    client = browser(ours)
    log_in(client, member(ours).email)

    client.get("/accounts/logout/")
    still = is_logged_in(client)
    client.post("/accounts/logout/")

    assert (still, is_logged_in(client)) == (True, False)


def test_a_login_leads_nowhere_else(browser, ours, theirs, member):
    """Neither to a stranger's site nor to another organisation's, whose name ends like ours."""
    ada = member(ours)
    leads = {}
    for target in (
        "https://evil.example/",
        "//evil.example/",
        "http://theirs.kring.localhost/",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        leads[target] = log_in(browser(ours), ada.email, next=target).url

    assert set(leads.values()) == {"/portal/"}, leads
    assert log_in(browser(ours), ada.email, next="/portal/tickets/").url == "/portal/tickets/"


def test_a_form_without_the_sites_token_is_refused(browser, ours, member):
    client = browser(ours, enforce_csrf_checks=True)

    assert log_in(client, member(ours).email).status_code == 403
    assert not is_logged_in(client)


def test_a_login_is_for_one_site(browser, ours, theirs, member):
    """The cookie names no domain, so the browser shows it to this host only."""
    client = browser(ours)
    log_in(client, member(ours).email)

    cookie = client.cookies[settings.SESSION_COOKIE_NAME]

    assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    assert settings.SESSION_COOKIE_DOMAIN is None
    assert settings.CSRF_COOKIE_DOMAIN is None


def test_somebody_known_elsewhere_may_log_in_here_and_finds_nothing(browser, ours, theirs, member):
    stranger = member(theirs)
    client = browser(ours)

    log_in(client, stranger.email)

    assert client.get("/portal/").status_code == 403


@override_settings(PASSWORD_HASHERS=REAL_HASHER)
def test_passwords_are_kept_as_argon2(ours, member):
    from kring import settings as real

    ada = member(ours)

    assert real.PASSWORD_HASHERS == REAL_HASHER
    assert ada.password.startswith("argon2$argon2id$")


def test_cookies_are_for_encrypted_connections_where_the_site_is():
    """As the settings are outside demo and tests."""
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    asked = f"from kring import settings; print([getattr(settings, name) for name in {names}])"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KRING_")}
    environment |= {"KRING_SECRET_KEY": "x", "DATABASE_URL": "postgresql://x/x"}
    result = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True)

    assert result.stdout.strip() == "[True, True, True]"
