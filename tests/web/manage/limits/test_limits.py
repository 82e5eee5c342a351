"""All limits on one page: how much, who says so, and how much is in use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from kring.core.tenancy import scope
from kring.mail.models import MailTurn
from kring.organisations.limits import limits
from kring.organisations.models import StoredFile
from kring.registrations.limits import PER_ADDRESS
from kring.web.limits import GROUPS
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import column, text

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def use(organisation: Any, *, mails: int, megabytes: int) -> None:
    now = timezone.now()
    MailTurn.objects.create(organisation=organisation, served_at=now, hour_ends_at=now + timedelta(hours=1), sent=mails)
    StoredFile.objects.create(organisation=organisation, name=f"f{organisation.pk}", size=megabytes * MEGABYTE)


def test_an_administrator_sees_what_is_in_use(admin: Staff) -> None:
    use(admin.organisation, mails=2950, megabytes=12)
    page = admin.page("limits")
    columns = [column(page, head) for head in ("Limit", "At most", "In use now")]
    found = [line for line in zip(*columns, strict=True) if line[2] != "–"]
    assert [line[1:] for line in found] == [("10,000 MB", "12 MB"), ("3,000", "2,950")]
    assert "environment" not in text(page)


def test_of_another_organisation_nothing_is_seen(admin: Staff) -> None:
    use(make.organisation(), mails=77, megabytes=77)
    assert "77" not in text(admin.page("limits"))


def test_what_the_organisation_sets_itself_is_what_holds(admin: Staff) -> None:
    with scope(admin.organisation):
        admin.organisation.held_places_per_address = 7
        admin.organisation.save()
        assert PER_ADDRESS.number() == 7
    assert "Unpaid places of one event for one email address" in text(admin.page("limits"))
    assert "settings of the organisation" in text(admin.page("limits"))


def test_the_portal_shows_where_each_comes_from_and_who_uses_most(settings: Any) -> None:
    settings.MAILS_PER_ORGANISATION_PER_HOUR = 50
    use(make.organisation(name="Large club"), mails=49, megabytes=300)
    portal = Client(headers={"host": "portal.kring.localhost"})
    portal.force_login(make.user(is_platform_admin=True))
    shown = text(portal.get("/platform/limits/"))
    assert "environment of the server KRING_MAILS_PER_ORGANISATION_PER_HOUR" in shown
    assert "Large club 300 MB" in shown
    assert "Large club 49" in shown


def test_each_limit_has_a_group_that_is_shown() -> None:
    assert {str(each.group) for each in limits} == {str(group) for group in GROUPS}
