"""From the click on the button to the login, with a service on this machine, and what staff see of it (A2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from kring.accounts.models import Identity, IdentityProvider, Role
from kring.core.tenancy import scope
from kring.demo.counterparts.openid import OpenIDProvider
from kring.mail.models import Message
from tests import make


@pytest.fixture
def provider(settings: Any) -> Iterator[OpenIDProvider]:
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    with OpenIDProvider() as provider:
        provider.people = {"17": {"name": "Ada", "email": "ada@example.org", "groups": ["doors"]}}
        yield provider


def test_it_is_connected_by_the_administrator_and_opens_a_new_login(
    visit: Any, check_page: Any, site: Any, provider: OpenIDProvider
) -> None:
    ours = make.organisation(name="Our Club")
    with scope(ours):
        admin = make.staff("org_admin")
    page = visit(ours, "/organisation/users/", user=admin)
    page.get_by_role("link", name="Login services").click()
    check_page(page)
    page.get_by_role("link", name="Add login service").click()
    check_page(page)
    page.locator("[name=secret-name]").fill("Scouts")
    page.get_by_label("Issuer").fill(provider.url)
    page.get_by_label("Client ID").fill("kring")
    page.get_by_label("Client secret").fill(provider.CLIENT_SECRET)
    page.get_by_label("Claim with roles").fill("groups")
    page.get_by_label("Values for the role “door”").fill("doors")
    page.get_by_role("button", name="Try and save").click()
    expect(page.get_by_role("heading", name="Scouts")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("button", name="Switch off")).to_be_visible()
    page.context.clear_cookies()

    page.goto(site.url(ours, "/accounts/login/?next=/scan"))
    check_page(page)
    page.get_by_role("link", name="Log in with Scouts").click()
    page.get_by_role("button", name="Ada").click()
    expect(page.get_by_role("heading", name="First time with Scouts")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Create a new login").click()
    expect(page.get_by_role("heading", name="Open the link in our email")).to_be_visible()
    check_page(page)
    with scope(ours):
        link = re.search(r"/accounts/openid/first/\S+/", Message.objects.latest("pk").text)
    assert link
    page.goto(site.url(ours, link[0]))
    check_page(page)
    page.get_by_role("button", name="Create login and continue").click()

    page.wait_for_url("**/scan")
    with scope(ours):
        assert Role.objects.get(name="door").user.email == "ada@example.org"


def test_an_existing_login_is_connected_with_its_password_and_disconnected(
    visit: Any, check_page: Any, site: Any, provider: OpenIDProvider
) -> None:
    ours = make.organisation(name="Our Club")
    given = {"key": 1, "name": "Scouts", "issuer": provider.url, "client_id": "kring", "is_on": True}
    with scope(ours):
        make.staff("member", email="ada@example.org", name="Ada")
        IdentityProvider.objects.create(**given, client_secret=provider.CLIENT_SECRET)
    page = visit(ours, "/accounts/login/")
    page.get_by_role("link", name="Log in with Scouts").click()
    page.get_by_role("button", name="Ada").click()
    page.get_by_role("link", name="I have a login here").click()
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Connect Scouts")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("From now on you can log in with Scouts.").first).to_be_visible()
    page.goto(site.url(ours, "/portal/security/"))
    check_page(page)
    page.get_by_role("link", name="Manage").last.click()
    check_page(page)

    # The account opens it now, and is worth less than the password.
    page.context.clear_cookies()
    page.goto(site.url(ours, "/accounts/login/"))
    page.get_by_role("link", name="Log in with Scouts").click()
    page.get_by_role("button", name="Ada").click()
    page.wait_for_url("**/portal/")
    page.goto(site.url(ours, "/portal/security/login-services/"))
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="It is me: continue").click()
    page.get_by_role("button", name="Disconnect").click()
    page.wait_for_url("**/accounts/login/**")
    with scope(ours):
        assert not Identity.objects.exists()
