"""No English is left on the pages about logins, most of them a library's, nor in the messages after an act (Q3)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from kring.core.tenancy import scope
from tests import make
from tests.accounts.conftest import log_in

pytestmark = pytest.mark.django_db
NEW = "correct horse 9"
SPOKEN = ("aria-label", "placeholder", "title", "alt", "value")
# The same in all our languages: names, what people typed, codes.
NAMES = re.compile(
    r"Our Club|Kring|Passkeys|\S+@\S+|[A-Z]{16,}|otpauth\S*|[0-9a-f]{8}|English"
    r"|Nederlands|Polski|E-?mail|OK|Ada|nobody|Code"
)


class Words(HTMLParser):
    """What is read aloud or seen on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.silent += tag in ("script", "style", "template", "title")
        given = dict(attrs)
        if given.get("type") not in ("hidden", "radio", "checkbox") and given.get("name") != "code":
            self.found += [given[name] for name in SPOKEN if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "template", "title")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def words(response: Any) -> set[str]:
    parser = Words()
    parser.feed(response.content.decode())
    result = {" ".join(NAMES.sub(" ", each).split()) for each in parser.found}
    return {each for each in result if len(re.findall(r"[^\W\d_]", each)) > 2}


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30))


class Tour:
    """All of them, one after the other, in one language."""

    def __init__(self, organisation: Any, language: str) -> None:
        self.organisation, self.language = organisation, language
        self.seen: dict[str, set[str]] = {}
        self.user = make.user(f"ada@{language}.example.org", name="Ada", language=language)
        self.client = self.new_client()

    def new_client(self) -> Client:
        headers = {"host": f"{self.organisation.subdomain}.kring.localhost", "accept-language": self.language}
        return Client(headers=headers)

    def get(self, path: str) -> Any:
        return self.note(path, self.client.get(f"/accounts/{path}", follow=True))

    def post(self, path: str, **data: Any) -> Any:
        return self.note(f"{path} {sorted(data)}", self.client.post(f"/accounts/{path}", data, follow=True))

    def note(self, name: str, response: Any) -> Any:
        assert response.status_code < 500, (name, response.status_code)
        self.seen[f"{len(self.seen)}: {name}"] = words(response)
        return response

    def as_a_visitor(self) -> None:
        for path in ("login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/"):
            self.get(path)
        self.post("login/")
        self.post("login/", login=self.user.email, password="wrong")
        self.post("signup/", email="nobody", password1="a", password2="b", name="")
        self.post(
            "signup/", email=f"new@{self.language}.example.org", password1="12345678", password2="12345678", name="N"
        )
        self.post("password/reset/", email="nobody")
        self.post("password/reset/", email=self.user.email)
        self.get("password/reset/key/1-set-password/")
        self.get("password/reset/key/done/")
        self.get("confirm-email/nothing/")
        self.get("welcome/MQ/used/")
        self.get("3rdparty/login/cancelled/")
        self.get("3rdparty/login/error/")

    def as_somebody(self) -> None:
        log_in(self.client, self.user.email)
        for path in (
            "email/",
            "password/change/",
            "2fa/",
            "2fa/totp/activate/",
            "2fa/webauthn/",
            "logout/",
            "3rdparty/",
        ):
            self.get(path)
        self.post("email/", action_add="", email="nobody")
        self.post("email/", action_add="", email=f"other@{self.language}.example.org")
        self.post("email/", action_send="", email=f"other@{self.language}.example.org")
        self.post("email/", action_remove="", email=f"other@{self.language}.example.org")
        self.post("password/change/", oldpassword="x", password1="a", password2="b")
        self.post(
            "password/change/", oldpassword=make.PASSWORD, password1="correct horse 9", password2="correct horse 9"
        )

    def with_a_second_factor(self) -> None:
        self.post("2fa/totp/activate/", code="000000")
        secret = self.client.get("/accounts/2fa/totp/activate/").context["form"].secret
        self.post("2fa/totp/activate/", code=code_of(secret))
        for path in (
            "2fa/",
            "2fa/webauthn/add/",
            "2fa/recovery-codes/",
            "2fa/recovery-codes/generate/",
            "2fa/totp/deactivate/",
        ):
            self.get(path)
        self.post("2fa/recovery-codes/generate/")
        self.client.post("/accounts/logout/")
        self.note("after leaving", self.client.get("/", follow=True))
        cache.clear()
        self.post("login/", login=self.user.email, password=NEW)
        self.post("2fa/authenticate/", code="000000")
        cache.clear()
        Authenticator.objects.filter(user=self.user).delete()
        TOTP.activate(self.user, secret)
        self.user.refresh_from_db()
        self.client.force_login(self.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.get("reauthenticate/?next=/accounts/email/")
        self.post("reauthenticate/", password="wrong")
        self.get("2fa/reauthenticate/")
        self.post("2fa/reauthenticate/", code="000000")

    def locked_out(self) -> None:
        self.client = self.new_client()
        for _try in range(6):
            answer = log_in(self.client, f"somebody@{self.language}.example.org", "wrong")
        self.note("locked out", answer)

    def walk(self) -> dict[str, set[str]]:
        for part in (self.as_a_visitor, self.as_somebody, self.with_a_second_factor, self.locked_out):
            cache.clear()
            part()
        return self.seen


def test_no_page_about_logins_says_anything_in_english(ours: Any) -> None:
    english = Tour(ours, "en").walk()

    for language in ("nl", "pl"):
        result = Tour(ours, language).walk()

        assert list(result) == list(english)
        assert {name: found & english[name] for name, found in result.items() if found & english[name]} == {}


def test_what_is_said_after_logging_in_and_leaving_is_in_the_language_of_the_page_that_shows_it(ours: Any) -> None:
    with scope(ours):
        make.staff("member", email="jan@example.org", name="Jan", language="nl")
    client = Client(headers={"host": "ours.kring.localhost", "accept-language": "pl"})

    came = client.post("/accounts/login/", {"login": "jan@example.org", "password": make.PASSWORD}, follow=True)
    left = client.post("/accounts/logout/", follow=True)

    assert 'lang="nl"' in came.text and "Je bent ingelogd als" in came.text
    assert 'lang="pl"' in left.text and "Wylogowano." in left.text


def test_a_language_chosen_in_the_browser_stays(ours: Any) -> None:
    with scope(ours):
        make.staff("member", email="jan@example.org", name="Jan", language="nl")
    client = Client(headers={"host": "ours.kring.localhost"})
    client.cookies["django_language"] = "pl"

    came = client.post("/accounts/login/", {"login": "jan@example.org", "password": make.PASSWORD}, follow=True)

    assert 'lang="pl"' in came.text and "Zalogowano jako" in came.text
