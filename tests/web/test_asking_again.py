"""Acts that could take over an account or an organisation need the password again after ten minutes (A1)."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from kring.accounts import issuing_tokens
from kring.accounts.models import ApiToken, Role, User
from kring.core.tenancy import scope
from kring.events.models import Event
from kring.organisations.models import Organisation
from tests import make
from tests.architecture.examples import address
from tests.architecture.routes import routes

RECORDS = "account_authentication_methods"
ASKS = "/accounts/reauthenticate/"
# The modules whose acts are about who may do what.
GUARDED = {
    "kring.web.manage.users.views",
    "kring.web.manage.tokens.views",
    "kring.web.manage.deletion.views",
    "kring.web.platform.organisations",
    "kring.web.platform.views",
}
# Ending one's own sessions takes nothing over.
ONLY_SHOW = {"manage:users", "platform:organisation", "platform:organisations", "platform:logins"}


@pytest.fixture(autouse=True)
def nobody_is_locked_out(db):
    cache.clear()


@pytest.fixture
def organisation(db):
    return make.organisation(subdomain="ours")


@pytest.fixture
def admin(organisation):
    with scope(organisation):
        return make.staff("org_admin")


@pytest.fixture
def colleague(organisation):
    with scope(organisation):
        return make.staff("monitor")


def grow_old(client: Client, seconds: int = 601) -> None:
    session = client.session
    session[RECORDS] = [record | {"at": time.time() - seconds} for record in session[RECORDS]]
    session.save()


@pytest.fixture
def browser(organisation):
    """Logged in as `user`, eleven minutes ago."""

    def logged_in(user: Any, site: str = "ours") -> Client:
        client = Client(headers={"host": f"{site}.{settings.HOST}"})
        client.force_login(user)
        grow_old(client)
        return client

    return logged_in


def roles_of(user: User, organisation: Organisation) -> set[str]:
    with scope(organisation):
        return set(Role.objects.filter(user=user).values_list("name", flat=True))


def enter_password(client: Client, path: str, password: str = make.PASSWORD) -> Any:
    return client.post(ASKS, {"password": password, "next": path})


def test_a_role_is_given_once_the_password_was_said_again(browser, admin, colleague, organisation):
    client, path = browser(admin), f"/organisation/users/{colleague.pk}/"

    asked = client.post(path, {"roles": ["org_admin"]})
    assert (asked.status_code, asked.url) == (302, f"{ASKS}?next=%2Forganisation%2Fusers%2F{colleague.pk}%2F")
    assert "Is it you?" in client.get(asked.url).content.decode()
    assert roles_of(colleague, organisation) == {"monitor"}

    wrong = enter_password(client, path, "not this one")
    assert wrong.status_code == 200
    assert roles_of(colleague, organisation) == {"monitor"}

    done = enter_password(client, path)
    assert (done.status_code, done.url) == (302, path)
    assert roles_of(colleague, organisation) == {"org_admin"}


def test_right_after_logging_in_nobody_is_asked(browser, admin, colleague, organisation):
    client = browser(admin)
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": admin.email, "password": make.PASSWORD})

    client.post(f"/organisation/users/{colleague.pk}/", {"roles": ["door"]})

    assert roles_of(colleague, organisation) == {"door"}


def test_ten_minutes_after_saying_it_again_it_is_asked_anew(browser, admin, colleague, organisation):
    client, path = browser(admin), f"/organisation/users/{colleague.pk}/"
    client.post(path, {"roles": ["door"]})
    enter_password(client, path)
    grow_old(client)

    assert client.post(path, {"roles": ["org_admin"]}).url.startswith(ASKS)
    assert roles_of(colleague, organisation) == {"door"}


def test_what_was_typed_wrongly_comes_back_on_a_form_that_leads_where_it_was(browser, admin):
    client, path = browser(admin), "/organisation/users/new/"
    client.post(path, {"name": "Ada Lovelace", "email": "no address", "roles": ["door"]})

    page = enter_password(client, path)

    html = page.content.decode()
    assert page.status_code == 422
    assert 'value="Ada Lovelace"' in html
    assert f'action="{path}"' in html


def _acts() -> list[Any]:
    return [
        route
        for route in routes()
        if not route.is_allauths and route.view.__module__ in GUARDED and route.name not in ONLY_SHOW
    ]


@pytest.mark.parametrize("route", _acts(), ids=str)
def test_every_act_about_users_tokens_and_organisations_asks(browser, admin, colleague, organisation, route):
    with scope(organisation):
        token, _key = issuing_tokens.issue(name="Cash desk", scopes=["events"], by=admin)
    rows = {User: colleague, ApiToken: token, Event: SimpleNamespace(organisation_id=organisation.pk)}
    user = admin if route.site == "organisation" else make.user(is_platform_admin=True)
    client = browser(user, "ours" if route.site == "organisation" else "portal")

    answer = client.post(address(route, rows))

    assert (answer.status_code, answer.url.split("?")[0]) == (302, ASKS)


def test_an_address_is_changed_once_the_password_was_said_again(browser, admin):
    client = browser(admin)

    asked = client.post("/accounts/email/", {"email": "thief@example.org", "action_add": ""})
    assert asked.url.startswith(ASKS)
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()

    enter_password(client, "/accounts/email/")
    assert EmailAddress.objects.filter(user=admin, email="thief@example.org").exists()


@pytest.mark.parametrize("path", ["2fa/totp/activate/", "2fa/recovery-codes/generate/"])
def test_a_second_factor_asks_before_it_shows_anything(browser, admin, path):
    TOTP.activate(admin, generate_totp_secret())
    Authenticator.objects.filter(type="totp").delete() if "totp" in path else None
    client = browser(admin)

    assert client.get(f"/accounts/{path}").url.startswith(ASKS)
    assert client.post(f"/accounts/{path}", {"code": "123456"}).url.startswith(ASKS)


def test_switching_the_second_factor_off_asks(browser, admin):
    TOTP.activate(admin, generate_totp_secret())

    assert browser(admin).post("/accounts/2fa/totp/deactivate/").url.startswith(ASKS)
    assert Authenticator.objects.filter(user=admin, type="totp").exists()


def test_a_code_of_the_app_is_an_answer_too(browser, admin, colleague, organisation):
    secret = generate_totp_secret()
    TOTP.activate(admin, secret)
    client, path = browser(admin), f"/organisation/users/{colleague.pk}/"
    client.post(path, {"roles": ["door"]})
    assert "/accounts/2fa/reauthenticate/" in client.get(f"{ASKS}?next={path}").content.decode()

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post("/accounts/2fa/reauthenticate/", {"code": code, "next": path})

    assert roles_of(colleague, organisation) == {"door"}


def test_a_password_that_was_typed_is_not_kept(browser, admin):
    """Only with a passkey, until now."""
    TOTP.activate(admin, generate_totp_secret())
    admin.set_unusable_password()
    admin.save()
    client = browser(admin)

    typed = client.post("/accounts/password/set/", {"password1": "a long new one", "password2": "a long new one"})

    assert typed.url.startswith("/accounts/2fa/reauthenticate/")
    assert "a long new one" not in str(dict(client.session))
    admin.refresh_from_db()
    assert not admin.has_usable_password()


def test_whoever_has_only_a_login_elsewhere_logs_in_again(browser, admin, colleague, organisation):
    admin.set_unusable_password()
    admin.save()
    client = browser(admin)

    answer = client.post(f"/organisation/users/{colleague.pk}/", {"roles": ["door"]})

    assert answer.url == f"/accounts/login/?next=/organisation/users/{colleague.pk}/"
    assert "_auth_user_id" not in client.session
    assert roles_of(colleague, organisation) == {"monitor"}


def test_a_part_of_a_page_sends_the_whole_page_to_be_asked(browser, admin, colleague):
    client, path = browser(admin), f"/organisation/users/{colleague.pk}/"
    here = {"HX-Request": "true", "HX-Current-URL": f"http://ours.{settings.HOST}{path}"}

    answer = client.post(path, {"roles": ["door"]}, headers=here)

    assert answer["HX-Redirect"].startswith(f"{ASKS}?next=")


def test_a_way_back_never_leads_elsewhere(browser, admin):
    client = browser(admin)

    answer = enter_password(client, "https://evil.example/")

    assert answer.url == "/organisation/"
