"""Login services are logged in with at npm's oidc-provider, too, a certified one that is strict (A2)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kring.accounts import keeping_providers
from kring.accounts.models import Identity, IdentityProvider, Role
from kring.core.tenancy import scope
from kring.demo.counterparts.openid import OpenIDProvider
from tests import make
from tests.browser import tools

SCRIPT = Path(__file__).parent / "strict_openid.mjs"


@pytest.fixture
def ours(site: Any) -> Any:
    return make.organisation(name="Our Club")


@pytest.fixture
def issuer(ours: Any, settings: Any) -> Iterator[str]:
    """Its address; in a process of its own, for this organisation's redirect address."""
    settings.PRIVATE_HOSTS = ["127.0.0.1"]
    given = [tools.oidc_provider(), keeping_providers.redirect_address(ours, 1), OpenIDProvider.CLIENT_SECRET]
    command = [tools.node(), str(SCRIPT), *map(str, given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.kill()


def test_a_strict_provider_is_logged_in_with(visit: Any, site: Any, ours: Any, issuer: str) -> None:
    with scope(ours):
        ada = make.staff("member", email="ada@example.org", name="Ada")
        service = IdentityProvider.objects.create(
            key=1,
            name="Scouts",
            issuer=issuer,
            client_id=OpenIDProvider.CLIENT_ID,
            client_secret=OpenIDProvider.CLIENT_SECRET,
            is_on=True,
            role_claim="groups",
            roles={Role.Name.DOOR: ["doors"]},
        )
        Identity.objects.create(provider=service, user=ada, subject="17")
    page = visit(ours, "/accounts/login/?next=/portal/")
    # Its pages want a font from elsewhere.
    page.route("https://**", lambda route: route.abort())
    page.get_by_role("link", name="Log in with Scouts").click()
    page.locator("[name=login]").fill("17")
    page.locator("[name=password]").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    # Its question whether Kring may know this.
    page.get_by_role("button", name="Continue").click()

    page.wait_for_url("**/portal/")
    with scope(ours):
        assert set(Role.objects.filter(user=ada).values_list("name", flat=True)) == {"door", "member"}
