"""A passkey is added, and opens the login without a password, also on another site of the platform (A3)."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from kring.accounts.models import Role
from kring.core.tenancy import scope
from tests import make


def test_a_passkey_alone_opens_the_login_on_all_sites(visit: Any, check_page: Any, site: Any) -> None:
    ours, theirs = make.organisation(name="Our Club"), make.organisation(name="Their Club")
    with scope(theirs):
        user = make.staff("member", email="ada@example.org", name="Ada")
    with scope(ours):
        Role.objects.create(user=user, name="member")
    page = visit(ours, "/portal/security/second-factor/", user=user)
    check_page(page)
    with_virtual_authenticator(page)

    page.get_by_role("link", name="Add a passkey").click()
    check_page(page)
    expect(page.get_by_label("Log in with it alone")).to_be_checked()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("recovery codes", exact=False).first).to_be_visible()
    check_page(page)
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1
    page.goto(site.url(ours, "/accounts/2fa/webauthn/"))
    check_page(page)

    page.goto(site.url(theirs, "/accounts/login/"))
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("**/portal/")
    page.context.clear_cookies()

    # After the password it is the second factor.
    page.goto(site.url(ours, "/accounts/login/"))
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/portal/")


def with_virtual_authenticator(page: Any) -> None:
    """As a phone's: it keeps passkeys, and its owner is always there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
