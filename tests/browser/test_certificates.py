"""Z1 in a browser: scanning the code on a certificate shows that it is genuine, or that it is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from kring.certificates import issuing
from kring.certificates.models import Certificate
from kring.core.tenancy import scope
from tests import make
from tests.registrations.tickets import make_ticket


@pytest.fixture
def certificate(transactional_db):
    organisation = make.organisation(name="Vereniging voor Voedingsgeneeskunde")
    with scope(organisation):
        event = make.event(name="Congres Voedingsgeneeskunde", edition="2026")
        ticket = make_ticket(event=event, attendee=make.user(name="Łucja Żółć-Gęślińska"), admitted=True)
        made = issuing.issue(ticket.pk)
        Certificate.objects.update(attended_at=datetime(2026, 3, 14, 8, tzinfo=UTC))
    return made


def test_a_genuine_certificate_is_confirmed(certificate, visit, check_page):
    page = visit(certificate.organisation, f"/certificates/{certificate.code}/")

    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is genuine")
    expect(page.get_by_role("definition")).to_have_text(
        ["Łucja Żółć-Gęślińska", "Congres Voedingsgeneeskunde 2026", "Saturday, 14 March 2026"]
    )
    check_page(page)


def test_a_long_made_up_code_is_not_confirmed_and_fits_on_a_phone(certificate, visit, check_page):
    page = visit(certificate.organisation, f"/certificates/{'W' * 300}/", phone=True)

    expect(page.get_by_role("heading", level=1)).to_have_text("Certificate not found")
    check_page(page)
