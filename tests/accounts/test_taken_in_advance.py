"""Opening an account with somebody else's address gains nothing (A1)."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY

from kring.accounts import inviting, welcome
from kring.accounts.models import User
from kring.core.tenancy import scope
from kring.mail.models import Message
from tests import make
from tests.accounts.conftest import first_link, is_logged_in, log_in

MALLORYS, HERS = "mallory was here 1", "a sentence of my own"
EMAIL = "victim@example.org"


@pytest.fixture
def mallory(browser: Any, ours: Any) -> Any:
    """In a browser in which an account with the victim's address was opened."""
    client = browser(ours)
    client.post("/accounts/signup/", {"email": EMAIL, "name": "Mallory", "password1": MALLORYS, "password2": MALLORYS})
    return client


def choose(client: Any, answer: Any, password: str = HERS, **given: Any) -> Any:
    page = client.get(answer.url, follow=True)
    form = {"password1": password, "password2": password} | given
    return client.post(page.request["PATH_INFO"], form)


def test_an_account_has_no_password_until_its_address_is_confirmed(mallory: Any) -> None:
    assert not User.objects.get(email=EMAIL).has_usable_password()
    log_in(mallory, EMAIL, MALLORYS)
    assert not is_logged_in(mallory)


def test_whoever_confirms_in_another_browser_chooses_the_password(
    browser: Any, ours: Any, mallory: Any, mails: Any
) -> None:
    victim = browser(ours)
    answer = victim.post(mails()[0][2])
    page = victim.get(answer.url, follow=True)
    choose(victim, answer, name="Vera")
    log_in(mallory, EMAIL, MALLORYS)
    log_in(victim, EMAIL, HERS)

    assert "Choose the password the account is to have" in page.content.decode()
    assert (is_logged_in(mallory), is_logged_in(victim)) == (False, True)
    assert User.objects.get(email=EMAIL).name == "Vera"


def test_until_a_password_is_chosen_nothing_opens_it(browser: Any, ours: Any, mallory: Any, mails: Any) -> None:
    browser(ours).post(mails()[0][2])

    log_in(mallory, EMAIL, MALLORYS)

    assert not is_logged_in(mallory)


def test_in_the_browser_that_opened_the_account_the_password_counts(browser: Any, ours: Any, mails: Any) -> None:
    client = browser(ours)
    client.post("/accounts/signup/", {"email": EMAIL, "name": "Vera", "password1": HERS, "password2": HERS})

    answer = client.post(mails()[0][2])
    log_in(client, EMAIL, HERS)

    assert answer.url == "/accounts/login/"
    assert is_logged_in(client)


@pytest.mark.parametrize("way", ["confirm", "reset", "welcome"])
def test_what_was_prepared_in_the_account_is_gone(browser: Any, ours: Any, mallory: Any, mails: Any, way: str) -> None:
    """Whatever door led into an account nobody had confirmed: a second factor, a session, another address."""
    user = User.objects.get(email=EMAIL)
    user.set_password(MALLORYS)
    user.save()
    mallory.force_login(user)
    Authenticator.objects.create(user=user, type="totp", data={})
    EmailAddress.objects.create(user=user, email="mallory@example.org")
    victim = browser(ours)

    if way == "confirm":
        choose(victim, victim.post(mails()[0][2]))
    elif way == "reset":
        victim.post("/accounts/password/reset/", {"email": EMAIL})
        with scope(ours):
            link = first_link(Message.objects.filter(template="reset-password").get())
        choose(victim, type("Link", (), {"url": link}))
    else:
        link = welcome.link(user, ours.url)
        victim.post(link, {"new_password1": HERS, "new_password2": HERS})

    assert not Authenticator.objects.exists()
    assert [(each.email, each.verified) for each in EmailAddress.objects.all()] == [(EMAIL, True)]
    assert mallory.get("/portal/").url.startswith("/accounts/login/")
    victim.logout()
    log_in(victim, EMAIL, HERS)
    assert is_logged_in(victim)


def test_whoever_gets_a_role_is_sent_a_link_to_a_first_password(ours: Any, mallory: Any) -> None:
    with scope(ours):
        inviting.invite(ours, email=EMAIL, name="", language="en", roles=["door"], by=make.staff("org_admin"))
        message = Message.objects.filter(template="role-given").get()

    assert "/accounts/welcome/" in message.text


class TestChangingTheAddress:
    """Of an account that is somebody's: the new address may be a slip of the pen, or a stranger's."""

    @pytest.fixture
    def asked(self, browser: Any, ours: Any, member: Any) -> Any:
        ada = member(ours, email="ada@example.org")
        client = browser(ours)
        log_in(client, ada.email)
        client.post("/accounts/email/", {"email": EMAIL, "action_add": ""})
        return client

    def test_a_stranger_who_opens_the_link_gets_nothing(self, browser: Any, ours: Any, asked: Any, mails: Any) -> None:
        stranger = browser(ours)

        answer = stranger.post(mails()[0][2])

        assert answer.url.startswith("/accounts/login/?next=/accounts/confirm-email/")
        assert User.objects.get().email == "ada@example.org"

    def test_whoever_is_logged_in_moves(self, asked: Any, mails: Any) -> None:
        asked.post(mails()[0][2])

        assert User.objects.get().email == EMAIL
        assert asked.session[SESSION_KEY]

    def test_the_address_opens_no_account_it_does_not_have_yet(
        self, browser: Any, ours: Any, asked: Any, mails: Any
    ) -> None:
        browser(ours).post("/accounts/password/reset/", {"email": EMAIL})

        assert mails()[-1][:2] == ("no-account", EMAIL)

    def test_its_owner_may_open_an_account_meanwhile(self, browser: Any, ours: Any, asked: Any, mails: Any) -> None:
        client = browser(ours)
        client.post("/accounts/signup/", {"email": EMAIL, "name": "Vera", "password1": HERS, "password2": HERS})
        assert User.objects.filter(email=EMAIL).exists()
        answer = asked.post(mails()[0][2])

        assert "There is already an account with this address" in asked.get(answer.url, follow=True).content.decode()
        assert User.objects.filter(email="ada@example.org").exists()
