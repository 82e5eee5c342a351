"""Administrators choose a domain, see the record that proves it, and check it."""

from __future__ import annotations

from typing import Any

import pytest

from kring.hosting import txt_records
from kring.hosting.models import OrganisationDomain
from tests.web.manage.conftest import Staff
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db


def test_the_way_from_a_wish_to_a_domain_in_use_and_back(admin: Staff, monkeypatch: Any) -> None:
    records: list[str] = []
    monkeypatch.setattr(txt_records, "lookup", lambda name: records)
    admin.act("domain", host="https://WWW.Club.nl/")
    domain = OrganisationDomain.objects.get()
    shown = text(admin.page("domain"))
    assert "_kring.www.club.nl" in shown
    assert domain.token in shown
    assert "not in use yet" in shown

    admin.act("domain_check")
    assert "no such record yet" in text(admin.page("domain"))
    records.append(domain.token)
    admin.act("domain_check")
    assert "The record is there." in text(admin.page("domain"))
    admin.organisation.refresh_from_db()
    assert admin.organisation.own_host == "www.club.nl"

    admin.act("domain_removal")
    admin.organisation.refresh_from_db()
    assert admin.organisation.own_host == ""


def test_what_is_no_domain_is_refused_beside_the_field(admin: Staff) -> None:
    page = admin.act("domain", host="not a domain")
    assert page.status_code == 422
    assert "Enter one such as www.club.nl" in text(page)


def test_where_there_is_none_nothing_is_checked_or_removed(admin: Staff) -> None:
    for answer in (admin.act("domain_check"), admin.page("domain_removal"), admin.act("domain_removal")):
        assert (answer.status_code, answer["Location"]) == (302, "/organisation/domain/")
