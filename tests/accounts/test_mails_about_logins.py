"""What allauth says by mail, written in real transactions: some of it only once they have been committed (A1, N1)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from kring.accounts import mails
from kring.accounts.models import User
from kring.core.tenancy import scope
from kring.mail.models import Message, PlatformMessage
from tests import make
from tests.accounts.conftest import first_link, log_in

pytestmark = pytest.mark.django_db(transaction=True)
NEW, NEWER = "a brand new sentence", "and a newer one still"


class Site:
    """A site, and the mails it wrote."""

    def __init__(self, name: str) -> None:
        self.organisation = None if name == "portal" else make.organisation(subdomain=name)
        self.host = f"{name}.kring.localhost"

    def mails(self) -> list[Any]:
        if self.organisation is None:
            return list(PlatformMessage.objects.order_by("pk"))
        with scope(self.organisation):
            return list(Message.objects.order_by("pk"))

    def last(self) -> Any:
        return self.mails()[-1]


@pytest.fixture(params=["ours", "portal"])
def site(request: Any, transactional_db: None) -> Site:
    return Site(request.param)


@pytest.fixture
def ada(site: Site) -> User:
    return make.user("ada@example.org", language="en")


@pytest.fixture
def client(site: Site, browser: Any, ada: User) -> Any:
    client = browser(site.host)
    log_in(client, ada.email)
    return client


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def activate(client: Any) -> Any:
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    return client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})


def test_switching_the_authenticator_on_and_off_is_told(site: Site, client: Any) -> None:
    answer = activate(client)
    message = site.last().text
    made = client.post("/accounts/2fa/recovery-codes/generate/")
    told_of_codes = site.last().text
    off = client.post("/accounts/2fa/totp/deactivate/")

    assert [each.status_code for each in (answer, made, off)] == [302, 302, 302]
    assert "An authenticator app was added" in message
    assert "New recovery codes were created" in told_of_codes
    assert "no longer used" in site.last().text
    assert not Authenticator.objects.exists()


def test_a_password_changed_set_or_reset_is_told(site: Site, client: Any, ada: User, browser: Any) -> None:
    changed = client.post(
        "/accounts/password/change/", {"oldpassword": make.PASSWORD, "password1": NEW, "password2": NEW}
    )
    result = [site.last().text]
    ada.refresh_from_db()
    ada.set_unusable_password()
    ada.save()
    client.force_login(ada)
    first = client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
    result.append(site.last().text)
    other = browser(site.host)
    other.post("/accounts/password/reset/", {"email": ada.email})
    page = other.get(first_link(site.last()), follow=True)
    reset = other.post(page.request["PATH_INFO"], {"password1": NEWER, "password2": NEWER})
    result.append(site.last().text)

    assert [each.status_code for each in (changed, first, reset)] == [302] * 3
    words = ["Your password was changed", "A password was set", "Your password was reset"]
    assert [word in text for word, text in zip(words, result, strict=True)] == [True] * 3


def test_another_address_is_told_to_the_old_one(site: Site, client: Any, ada: User) -> None:
    asked = client.post("/accounts/email/", {"email": "new@example.org", "action_add": ""})
    confirmed = client.post(first_link(site.last()))

    assert (asked.status_code, confirmed.status_code) == (302, 302)
    assert [(each.template, each.recipient) for each in site.mails()] == [
        ("verify-address", "new@example.org"),
        ("login-changed", "ada@example.org"),
    ]
    assert EmailAddress.objects.get().email == "new@example.org"


def test_signing_up_and_asking_about_nobodys_address_are_answered_by_mail(site: Site, ada: User, browser: Any) -> None:
    form = {"name": "Bo", "password1": NEW, "password2": NEW}
    for email in (ada.email, "bo@example.org"):
        browser(site.host).post("/accounts/signup/", form | {"email": email})
    browser(site.host).post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert [(each.template, each.recipient) for each in site.mails()] == [
        ("account-exists", ada.email),
        ("verify-address", "bo@example.org"),
        ("no-account", "nobody@example.org"),
    ]


def test_each_mail_of_the_library_has_words_of_ours() -> None:
    """Those of ways to log in that are not offered are left out."""
    folder = Path(allauth.__file__).parent / "templates"
    known = {str(each.relative_to(folder)).removesuffix("_subject.txt") for each in folder.rglob("*_subject.txt")}
    frames = {f"account/email/{name}" for name in ("login_code", "password_reset_code", "email_confirm")}

    assert known - frames <= mails.TEMPLATES.keys() | mails.CHANGES.keys()


@pytest.fixture(autouse=True)
def nobody_is_locked_out(transactional_db: None) -> None:
    cache.clear()
