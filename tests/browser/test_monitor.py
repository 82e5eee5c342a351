"""The monitor on a page and on a wall, limits, and the domain of one's own, as people see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kring.core.tenancy import scope
from kring.hosting import own_domains
from kring.mail.models import Message
from kring.organisations.models import StoredFile
from tests import make
from tests.registrations.tickets import make_ticket


@pytest.fixture
def organisation(transactional_db: None) -> Any:
    club = make.organisation(name="Skating club")
    with scope(club):
        event = make.event_today(name="Spring tournament")
        for ago in (0, 0, 1, 4, 4, 4, 9, 20):
            ticket = make_ticket(event=event)
            made_at = timezone.now() - timedelta(days=ago)
            type(ticket.registration).objects.filter(pk=ticket.registration_id).update(created_at=made_at)
            mail = Message.objects.create(template="t", recipient="a@b.example", language="en")
            Message.objects.filter(pk=mail.pk).update(created_at=made_at, state="failed" if ago == 9 else "sent")
            make.member(joined_on=timezone.localdate() - timedelta(days=ago))
    return club


def test_the_monitor_is_read_on_a_page_and_on_a_wall(organisation: Any, visit: Any, check_page: Any) -> None:
    with scope(organisation):
        user = make.staff("monitor")
    page = visit(organisation, "/organisation/monitor/", user=user)
    expect(page.get_by_role("heading", name="Registrations")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="For a screen on the wall").click()
    expect(page.get_by_text("0 of 8 inside")).to_be_visible()
    check_page(page)


def test_limits_and_own_domain_are_read(organisation: Any, visit: Any, check_page: Any) -> None:
    StoredFile.objects.create(organisation=organisation, name="a", size=9_600 * 1024 * 1024)
    with scope(organisation):
        user = make.staff("org_admin")
        own_domains.choose(organisation, "www.żagle.pl")
    page = visit(organisation, "/organisation/limits/", user=user)
    expect(page.get_by_text("9,600 MB")).to_be_visible()
    check_page(page)
    page.goto(page.url.replace("limits", "domain"))
    expect(page.get_by_text("_kring.www.xn--agle-99a.pl")).to_be_visible()
    check_page(page)
