"""Opening an account, and proving the address (A1)."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kring.accounts.models import Profile, User
from kring.core.tenancy import scope
from kring.mail.models import Message, PlatformMessage
from tests.accounts.conftest import is_logged_in, log_in

PASSWORD = "purple submarine 77"
FORM = {"email": "ada@example.org", "name": "Ada Lovelace", "password1": PASSWORD, "password2": PASSWORD}


def sign_up(client, **given):
    return client.post("/accounts/signup/", FORM | given)


def test_an_account_opens_the_site_once_its_address_is_confirmed(browser, ours, mails):
    client = browser(ours)

    answer = sign_up(client)
    too_early = log_in(client, "ada@example.org", PASSWORD)
    [(template, to, link)] = mails()
    page = client.get(link)
    client.post(link)
    log_in(client, "ada@example.org", PASSWORD)

    assert answer.url == "/accounts/confirm-email/"
    assert "has not been confirmed yet" in too_early.content.decode()
    assert (template, to) == ("verify-address", "ada@example.org")
    assert link.startswith("http://ours.kring.localhost/accounts/confirm-email/")
    assert page.status_code == 200
    assert is_logged_in(client)


def test_looking_at_the_link_confirms_nothing(browser, ours, mails):
    """Mail programs and virus scanners open links too."""
    client = browser(ours)
    sign_up(client)

    client.get(mails()[0][2])

    assert not EmailAddress.objects.get().verified


def test_a_new_account_is_known_to_the_organisation_whose_site_it_was(browser, ours, theirs):
    sign_up(browser(ours))

    user = User.objects.get()
    with scope(ours):
        assert Profile.objects.get().user == user
    with scope(theirs):
        assert not Profile.objects.exists()


def test_an_account_has_its_name_and_the_language_of_the_page(browser, ours):
    sign_up(browser(ours), email="ADA@Example.ORG", name="Zażółć Gęślą")
    client = browser(ours)
    client.cookies["django_language"] = "pl"
    sign_up(client, email="ewa@example.org")

    assert list(User.objects.order_by("pk").values_list("email", "name", "language")) == [
        ("ada@example.org", "Zażółć Gęślą", "en"),
        ("ewa@example.org", "Ada Lovelace", "pl"),
    ]


def test_a_domain_beyond_ascii_opens_one_account_however_it_is_written(browser, ours, mails):
    sign_up(browser(ours), email="Jan@MÜNCHEN.example")
    [(_template, to, _link)] = mails()

    assert to == User.objects.get().email == EmailAddress.objects.get().email == "jan@xn--mnchen-3ya.example"


@pytest.mark.parametrize("written", ["Jan@MÜNCHEN.example", "jan@xn--mnchen-3ya.example"])
def test_a_domain_beyond_ascii_logs_in_however_it_is_written(browser, ours, member, mails, written):
    member(ours, email="jan@münchen.example")
    client = browser(ours)

    log_in(client, written)
    browser(ours).post("/accounts/password/reset/", {"email": written})

    assert is_logged_in(client)
    assert EmailAddress.objects.count() == 1
    assert [(template, to) for template, to, _link in mails()] == [("reset-password", "jan@xn--mnchen-3ya.example")]


@pytest.mark.parametrize("path", ["signup", "password/reset"])
def test_letters_beyond_ascii_before_the_at_are_refused(browser, ours, mails, path):
    answer = browser(ours).post(f"/accounts/{path}/", FORM | {"email": "alı@example.org"})

    assert "unaccented" in answer.content.decode()
    assert not mails()


def test_a_mail_is_written_in_the_language_of_the_page(browser, ours):
    client = browser(ours)
    client.cookies["django_language"] = "nl"
    sign_up(client)

    with scope(ours):
        assert Message.objects.get().language == "nl"


def test_a_second_account_with_the_same_address_is_not_made_and_looks_the_same(browser, ours, mails, member):
    member(ours, email="ada@example.org", name="Ada")

    taken = sign_up(browser(ours))
    free = sign_up(browser(ours), email="new@example.org")

    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert [mail[:2] for mail in mails()] == [
        ("account-exists", "ada@example.org"),
        ("verify-address", "new@example.org"),
    ]
    assert User.objects.filter(email="ada@example.org").get().name == "Ada"


@pytest.mark.parametrize("host", ["ours.kring.localhost", "portal.kring.localhost"])
def test_opening_an_account_takes_the_same_work_whether_or_not_there_is_one(browser, ours, member, host, monkeypatch):
    """Counted, not timed: equally many passwords hashed and statements of each kind, the same page and cookies."""
    member(ours, email="ada@example.org")
    make_hash = MD5PasswordHasher.encode
    hashed = []
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: hashed.append(1) or make_hash(*given))
    seen = []
    # The first one fills what is remembered from then on.
    for email in ("first@example.org", "ada@example.org", "new@example.org"):
        client = browser(host)
        before = len(hashed)
        with CaptureQueriesContext(connection) as asked:
            answer = sign_up(client, email=email)
        page = re.sub(r"nonce-[^']+|value=\"[^\"]*\"", "", client.get(answer.url).content.decode()).replace(email, "")
        facts = (answer.status_code, answer.url, page, sorted(client.cookies), len(hashed) - before)
        seen.append((facts, len(asked)))

    assert seen[1][0] == seen[2][0]
    assert seen[1][0][-1] == 1
    assert seen[1][1] == seen[2][1]


def test_whoever_tries_the_new_account_at_once_learns_nothing_either(browser, ours, member):
    """The password just chosen opens neither a new account nor one that was there."""
    member(ours, email="ada@example.org")
    seen = []
    for email in ("ada@example.org", "new@example.org"):
        client = browser(ours)
        sign_up(client, email=email)
        answer = log_in(client, email, PASSWORD)
        seen.append((answer.status_code, answer.context["form"].non_field_errors()))

    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": "a@b"},
        {"email": ""},
        {"email": "a\x00@example.org"},
        {"email": "a" * 300 + "@example.org"},
        {"name": ""},
        {"name": "\x00"},
        {"name": "x" * 201},
        {"password1": "short7!", "password2": "short7!"},
        {"password1": "1234567890", "password2": "1234567890"},
        {"password1": "password123", "password2": "password123"},
        {"password1": "ada@example.org", "password2": "ada@example.org"},
        {"password2": "something else 9"},
    ],
)
def test_what_cannot_be_an_account_is_refused_beside_its_field(browser, ours, wrong):
    answer = sign_up(browser(ours), **wrong)

    assert (answer.status_code, answer.context["form"].is_valid()) == (200, False)
    assert set(answer.context["form"].errors) <= set(wrong) | {"password1", "password2"}
    assert not User.objects.exists()


def test_on_the_portal_the_mail_is_the_platforms_own(browser, db):
    sign_up(browser("portal.kring.localhost"))

    message = PlatformMessage.objects.get()
    assert (message.template, message.recipient) == ("verify-address", "ada@example.org")
    assert "http://portal.kring.localhost/accounts/confirm-email/" in message.text


@pytest.mark.parametrize("key", ["x", "a:b:c", "x" * 3000, "é"])
def test_a_wrong_confirmation_link_says_so(browser, ours, key):
    client = browser(ours)

    assert "This link no longer works" in client.get(f"/accounts/confirm-email/{key}/").content.decode()
    assert client.post(f"/accounts/confirm-email/{key}/").status_code in (302, 404)


def test_an_expired_confirmation_link_says_so_and_confirms_nothing(browser, ours, mails, settings):
    client = browser(ours)
    sign_up(client)
    [(_template, _to, link)] = mails()
    settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = -1

    page = client.get(link).content.decode()
    client.post(link)

    assert "This link no longer works" in page and "Log in" in page
    assert not EmailAddress.objects.get().verified
