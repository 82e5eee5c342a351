"""How often a password may be wrong, from whatever source, and that nobody is locked out for ever by it (A7)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.accounts.adapter import AccountAdapter
from kring.accounts.models import User
from kring.core.tenancy import scope
from kring.mail.models import Message
from tests import make
from tests.accounts.conftest import first_link, is_logged_in, log_in

EMAIL, WRONG = "ada@example.org", "wrong password 1"


@pytest.fixture
def ada(ours: Any, member: Any) -> User:
    return member(ours, email=EMAIL)


def fail(browser: Any, place: Any, times: int, email: str = EMAIL, network: str = "198.51.100.7") -> list[int]:
    return [log_in(browser(place, REMOTE_ADDR=network), email, WRONG).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("host", "email"),
    [
        ("ours.kring.localhost:8001", EMAIL),
        ("theirs.kring.localhost", EMAIL),
        ("portal.kring.localhost", EMAIL),
        ("ours.kring.localhost", "Ada@Example.ORG"),
        ("ours.kring.localhost", "  ada@example.org\t"),
        ("OURS.kring.localhost", EMAIL),
    ],
)
def test_no_other_spelling_site_or_port_gives_more_tries(
    browser: Any, ours: Any, theirs: Any, ada: User, host: str, email: str
) -> None:
    tried = fail(browser, ours, 5)
    client = browser(host, REMOTE_ADDR="198.51.100.7")

    answer = log_in(client, email)

    assert tried == [200] * 5
    assert answer.status_code == 429
    assert not is_logged_in(client)


def test_an_address_in_letters_that_look_the_same_is_the_same_account(browser: Any, ours: Any, ada: User) -> None:
    for _ in range(5):
        log_in(browser(ours), "\uff41da@example.org", WRONG)

    assert log_in(browser(ours), EMAIL).status_code == 429


@pytest.mark.parametrize(
    "networks",
    [
        ["2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::3", "2001:db8:1:2:8::", "2001:0db8:1:2::7"],
        ["198.51.100.7", "::ffff:198.51.100.7"] * 2 + ["::ffff:c633:6407"],
    ],
)
def test_one_network_is_one_however_it_is_written(browser: Any, ours: Any, ada: User, networks: list[str]) -> None:
    for network in networks:
        fail(browser, ours, 1, network=network)

    assert log_in(browser(ours, REMOTE_ADDR=networks[0]), EMAIL).status_code == 429
    assert log_in(browser(ours, REMOTE_ADDR="203.0.113.9"), EMAIL).status_code == 302


def test_many_networks_do_not_have_more_tries_at_one_account(browser: Any, ours: Any, ada: User) -> None:
    tried = [fail(browser, ours, 1, network=f"198.51.100.{number}") for number in range(11)]

    answer = log_in(browser(ours, REMOTE_ADDR="203.0.113.9"), EMAIL)

    assert tried == [[200]] * 10 + [[429]]
    assert answer.status_code == 429
    assert 1700 < int(answer["Retry-After"]) <= 1800
    assert "Wait 30 minutes" in answer.content.decode()


def test_an_account_that_does_not_exist_is_locked_alike(browser: Any, ours: Any) -> None:
    tried = [fail(browser, ours, 1, "nobody@example.org", f"198.51.100.{number}") for number in range(11)]

    assert tried == [[200]] * 10 + [[429]]


def test_what_is_refused_is_not_counted_so_one_network_alone_does_not_lock_an_account(
    browser: Any, ours: Any, ada: User
) -> None:
    fail(browser, ours, 30)

    assert log_in(browser(ours, REMOTE_ADDR="203.0.113.9"), EMAIL).status_code == 302


class TestTheOwner:
    """While others try at the account from everywhere."""

    @pytest.fixture
    def known(self, browser: Any, ours: Any, ada: User) -> Any:
        """A browser in which Ada has logged in before."""
        client = browser(ours, REMOTE_ADDR="203.0.113.5")
        log_in(client, EMAIL)
        client.post("/accounts/logout/")
        return client

    @pytest.fixture
    def attacked(self, browser: Any, ours: Any, known: Any) -> None:
        for number in range(12):
            fail(browser, ours, 1, network=f"198.51.100.{number}")

    def test_goes_on_where_she_logged_in_before(self, known: Any, attacked: None) -> None:
        assert log_in(known, EMAIL).status_code == 302

    def test_may_not_try_without_end_there_either(self, known: Any, attacked: None) -> None:
        assert [log_in(known, EMAIL, WRONG).status_code for _ in range(6)] == [200] * 5 + [429]

    def test_is_let_in_elsewhere_by_the_link_in_her_mail(
        self, browser: Any, ours: Any, ada: User, attacked: None
    ) -> None:
        client = browser(ours, REMOTE_ADDR="203.0.113.77")
        assert log_in(client, EMAIL).status_code == 429
        client.post("/accounts/password/reset/", {"email": EMAIL})
        with scope(ours):
            link = first_link(Message.objects.get(template="reset-password"))
        page = client.get(link, follow=True)
        client.post(page.request["PATH_INFO"], {"password1": "a new sentence 7", "password2": "a new sentence 7"})
        for number in range(12):
            fail(browser, ours, 1, network=f"192.0.2.{number}")

        log_in(client, EMAIL, "a new sentence 7")

        assert is_logged_in(client)

    def test_takes_the_browser_along_of_no_other_account(self, browser: Any, known: Any, attacked: None) -> None:
        other = make.user("bo@example.org")
        for number in range(12):
            fail(browser, "ours.kring.localhost", 1, other.email, f"192.0.2.{number}")

        assert log_in(known, other.email).status_code == 429

    def test_is_not_known_any_more_with_another_password(self, known: Any, attacked: None, ada: User) -> None:
        ada.set_password("something else 8")
        ada.save()

        assert log_in(known, EMAIL, "something else 8").status_code == 429


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/reauthenticate/", {"password": WRONG}),
        (
            "/accounts/password/change/",
            {"oldpassword": WRONG, "password1": "a new one 77", "password2": "a new one 77"},
        ),
    ],
)
def test_saying_ones_own_password_again_counts_too(browser: Any, ours: Any, ada: User, path: str, form: Any) -> None:
    client = browser(ours)
    log_in(client, EMAIL)

    assert [client.post(path, form).status_code for _ in range(6)] == [200] * 5 + [429]


def test_a_failure_counts_though_its_page_could_not_be_made(
    browser: Any, ours: Any, ada: User, monkeypatch: Any
) -> None:
    def break_down(*given: Any, **named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(AccountAdapter, "authentication_failed", break_down)
    client = browser(ours, raise_request_exception=False)

    assert [log_in(client, EMAIL, WRONG).status_code for _ in range(6)] == [500] * 5 + [429]
