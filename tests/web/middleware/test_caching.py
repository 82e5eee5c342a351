"""Which pages may be cached, and by whom (A7)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from kring.core.tenancy import scope
from tests import make


@pytest.fixture
def own_site(db: None) -> Any:
    return make.organisation(subdomain="ours")


@pytest.mark.parametrize(
    "path",
    ["/", "/events/nothing/", "/accounts/login/", "/accounts/signup/", "/organisation/", "/portal/", "/api/v1/events"],
)
@pytest.mark.parametrize("role", ["", "org_admin"])
def test_no_page_is_kept_for_somebody_else(own_site: Any, path: str, role: str) -> None:
    client = Client(headers={"host": "ours.kring.localhost"})
    if role:
        with scope(own_site):
            client.force_login(make.staff(role))

    kept = client.get(path)["Cache-Control"]

    assert "private" in kept or "no-store" in kept
    if role:
        assert "no-store" in kept


def test_what_lasts_says_so_itself(own_site: Any) -> None:
    answer = Client(headers={"host": "ours.kring.localhost"}).get("/theme.css", follow=True)

    assert "private" not in answer.headers.get("Cache-Control", "") or answer.status_code == 404
