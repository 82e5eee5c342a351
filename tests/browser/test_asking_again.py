"""Confirming one's password again, and continuing at the same place, in a browser (A1, Q1)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from kring.accounts.models import Role, UserSession
from kring.core.tenancy import scope
from tests import make


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    return make.organisation(name="Our Club")


def test_a_role_given_long_after_logging_in(visit: Any, check_page: Any, organisation: Any) -> None:
    with scope(organisation):
        admin, colleague = make.staff("org_admin"), make.staff("monitor")
    page = visit(organisation, f"/organisation/users/{colleague.pk}/", user=admin)
    _let_ten_minutes_pass()

    page.locator("input[name=roles][value=door]").check()
    page.get_by_role("button", name="Save roles").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    check_page(page)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="It is me: continue").click()

    page.wait_for_url(f"**/organisation/users/{colleague.pk}/")
    expect(page.get_by_text("have been saved").first).to_be_visible()
    with scope(organisation):
        assert Role.objects.filter(user=colleague, name="door").exists()


def _let_ten_minutes_pass() -> None:
    for session in UserSession.objects.all():
        store = session.get_session_store_class()(session.session_key)
        then = time.time() - 601
        store["account_authentication_methods"] = [
            each | {"at": then} for each in store["account_authentication_methods"]
        ]
        store.save()
