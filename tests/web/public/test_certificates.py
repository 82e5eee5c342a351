"""Z1: the public page that confirms a certificate."""

from __future__ import annotations

import pytest

from kring.certificates import issuing
from kring.core.tenancy import scope
from tests import make
from tests.registrations.tickets import make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(organisation):
    with scope(organisation):
        attendee = make.user("ada@example.org", name="Ada <Lovelace>")
        event = make.event(name="Congress", edition="2026")
        return issuing.issue(make_ticket(event=event, attendee=attendee, admitted=True).pk)


def test_anybody_sees_for_whom_which_event_and_when(visitor, certificate):
    page = visitor.get(f"/certificates/{certificate.code}/")

    assert page.status_code == 200
    assert page.context["certificate"] == certificate
    text = page.text
    assert "Ada &lt;Lovelace&gt;" in text
    assert "Congress 2026" in text
    assert f"{certificate.attended_at.year}" in text


def test_nothing_more_of_the_person_is_told(visitor, certificate):
    text = visitor.get(f"/certificates/{certificate.code}/").text

    assert "ada@example.org" not in text
    assert certificate.ticket.registration.line.order.number not in text


def test_search_engines_stay_away(visitor, certificate):
    page = visitor.get(f"/certificates/{certificate.code}/")

    assert page.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page.text


@pytest.mark.parametrize("code", ["AAAABBBBCCCCDDDD", "x", "A" * 3000, "<script>alert(1)</script>", "%F0%9F%98%80"])
def test_a_code_nobody_gave_out_is_not_confirmed(visitor, certificate, code):
    page = visitor.get(f"/certificates/{code}/")

    assert page.status_code == 404
    assert "Ada" not in page.text
    assert "<script>alert" not in page.text


def test_another_organisation_does_not_confirm_it(certificate):
    from tests.web.public.conftest import browser_on

    assert browser_on(make.organisation()).get(f"/certificates/{certificate.code}/").status_code == 404


def test_it_changes_nothing_and_takes_no_post(visitor, certificate):
    assert visitor.post(f"/certificates/{certificate.code}/").status_code in (403, 405)


def test_it_costs_the_organisation_and_the_certificate(visitor, certificate, django_assert_max_num_queries):
    visitor.get("/certificates/x/")
    with django_assert_max_num_queries(6):
        visitor.get(f"/certificates/{certificate.code}/")
