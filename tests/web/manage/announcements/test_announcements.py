"""Announcements of the platform, as its administrators write and those of an organisation read them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from kring.hosting import announcing
from kring.hosting.models import Announcement
from tests import make
from tests.web.manage.conftest import Staff

pytestmark = pytest.mark.django_db
PORTAL = {"host": "portal.kring.localhost"}


def announced(text="See **this**: https://kring.example"):
    today = timezone.localdate()
    return announcing.publish({"en": text}, level="info", begins=today, ends=today)


def test_administrators_see_it_on_their_dashboard_until_they_close_it(admin: Staff, organiser: Staff) -> None:
    one = announced()
    assert "See <strong>this</strong>" in admin.page("dashboard").text
    assert "See <strong>this</strong>" not in organiser.page("dashboard").text

    assert admin.act("announcement_closing", one.pk).status_code == 302

    assert "See <strong>this</strong>" not in admin.page("dashboard").text
    assert organiser.act("announcement_closing", one.pk).status_code == 403


def test_markup_in_it_is_text(admin: Staff) -> None:
    announced("<script>alert(1)</script>")

    page = admin.page("dashboard").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_in_the_portal_it_is_written_and_withdrawn(client, db, admin: Staff) -> None:
    client.force_login(make.user(is_platform_admin=True))
    day = timezone.localdate().isoformat()
    sent = {"text_en": "Maintenance on Sunday.", "level": "warning", "begins": day, "ends": day}
    new = "/platform/announcements/new/"
    assert client.get(new, headers=PORTAL).status_code == 200
    assert client.post(new, {**sent, "text_en": ""}, headers=PORTAL).status_code == 422
    assert client.post(new, {**sent, "ends": "2020-01-01"}, headers=PORTAL).status_code == 422

    assert "Maintenance on Sunday." in client.post(new, sent, headers=PORTAL, follow=True).text
    assert "Maintenance on Sunday." in admin.page("dashboard").text

    one = Announcement.objects.get()
    client.post(f"/platform/announcements/{one.pk}/withdrawal/", headers=PORTAL)
    again = client.post(f"/platform/announcements/{one.pk}/withdrawal/", headers=PORTAL, follow=True)
    assert "over already" in again.text
    assert "Maintenance on Sunday." not in admin.page("dashboard").text
