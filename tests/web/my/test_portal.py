"""A person's own pages (M3)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from kring.accounts.models import Profile
from kring.certificates.models import Certificate
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from kring.organisations.models import AuditEntry
from kring.registrations.models import Registration
from tests import make
from tests.payments import ordering
from tests.registrations.tickets import make_registration, make_ticket
from tests.web.public.conftest import browser_on
from tests.web.reading import fields, words

PAGES = [
    "",
    "calendar/",
    "documents/",
    "membership/",
    "data/",
    "tickets/",
    "registrations/",
    "orders/",
    "certificates/",
    "profile/",
    "security/",
]


@pytest.fixture
def ada(organisation):
    """With a ticket for a coming event, and a used one for a past event, with its certificate."""
    user = make.user("ada@example.org", name="Ada Lovelace")
    browser = browser_on(organisation)
    browser.force_login(user)
    with scope(organisation):
        Profile.objects.create(user=user)
        ticket = make_ticket(event=make.event(name="Gala"), attendee=user)
        certificate = certificate_of(user, "Last year's gala")
    return SimpleNamespace(user=user, browser=browser, ticket=ticket, certificate=certificate)


def certificate_of(user, event_name: str) -> Certificate:
    starts_at = timezone.now() - timedelta(days=300)
    used = make_ticket(event=make.event(name=event_name, starts_at=starts_at), attendee=user, admitted=True)
    return Certificate.objects.create(ticket=used, name=user.name, event_name=event_name, attended_at=starts_at)


def page(person, name: str) -> str:
    response = person.browser.get(f"/portal/{name}")
    assert response.status_code == 200
    return words(response)


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_asked_to_log_in(visitor, name):
    assert visitor.get(f"/portal/{name}")["Location"] == f"/accounts/login/?next=/portal/{name}"


@pytest.mark.parametrize("name", [*PAGES, "tickets/1/", "tickets/1.pdf", "certificates/1.pdf"])
def test_whoever_does_not_belong_here_is_told_so(ada, name):
    stranger = browser_on(make.organisation())
    stranger.force_login(ada.user)

    assert stranger.get(f"/portal/{name}").status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_somebody_who_has_nothing_yet_finds_what_would_be_here(organisation, name):
    user, browser = make.user(), browser_on(organisation)
    with scope(organisation):
        Profile.objects.create(user=user)
    browser.force_login(user)

    assert browser.get(f"/portal/{name}").status_code == 200


def test_the_overview_shows_the_next_ticket_with_its_code_and_the_certificates(ada):
    response = ada.browser.get("/portal/")

    text = words(response)
    assert [expected for expected in ["Hello, Ada Lovelace", "Gala", "Last year's gala"] if expected not in text] == []
    assert response.content.decode().count('class="qr"') == 1


def test_the_overview_shows_what_is_open_to_pay_as_long_as_it_can_be_paid(organisation, ada):
    with scope(organisation):
        order = ordering.order()
        type(order).objects.update(buyer=ada.user)
    assert f"Order {order.number} is waiting" in page(ada, "")

    with scope(organisation):
        order.extend(timezone.now() - timedelta(seconds=1))
    assert order.number not in page(ada, "")
    assert "expired" in page(ada, "orders/")


def test_a_ticket_fills_the_screen_and_can_be_had_as_pdf(ada):
    assert "Show this code at the door" in page(ada, f"tickets/{ada.ticket.pk}/")
    assert ada.browser.get(f"/portal/tickets/{ada.ticket.pk}.pdf").content[:5] == b"%PDF-"


def test_tickets_to_come_come_first_and_those_of_the_past_are_kept(ada):
    text = page(ada, "tickets/")

    assert text.index("Gala") < text.index("Past events") < text.index("Last year's gala")


def test_a_ticket_that_opens_no_door_any_more_is_not_shown(organisation, ada):
    with scope(organisation):
        Registration.objects.filter(pk=ada.ticket.registration_id).get().cancel()

    assert "Gala" not in page(ada, "tickets/")
    assert ada.browser.get(f"/portal/tickets/{ada.ticket.pk}/").status_code == 404


def test_each_registration_is_there_with_its_state(organisation, ada):
    with scope(organisation):
        make_registration(event=make.event(name="Walk"), attendee=ada.user, state="paying", completed_at=None)

    text = page(ada, "registrations/")

    assert ("Walk" in text, "payment in progress" in text, "confirmed" in text) == (True, True, True)


def test_a_certificate_can_be_had_again(ada):
    assert "Last year's gala" in page(ada, "certificates/")
    assert ada.browser.get(f"/portal/certificates/{ada.certificate.pk}.pdf").content[:5] == b"%PDF-"


def test_what_belongs_to_others_is_neither_shown_nor_found(organisation, ada):
    with scope(organisation):
        bob = make.user(name="Bob de Vries")
        ticket = make_ticket(event=make.event(name="Bob's gala"), attendee=bob)
        certificate = certificate_of(bob, "Bob's old gala")
        order = ordering.order()

    for name in PAGES:
        assert [expected for expected in ["Bob", order.number] if expected in page(ada, name)] == []
    for name in [f"tickets/{ticket.pk}/", f"tickets/{ticket.pk}.pdf", f"certificates/{certificate.pk}.pdf"]:
        assert ada.browser.get(f"/portal/{name}").status_code == 404


@pytest.mark.parametrize("number", [0, 10**9, 10**30])
def test_a_number_nobody_has_is_not_found(ada, number):
    for name in [f"tickets/{number}/", f"tickets/{number}.pdf", f"certificates/{number}.pdf"]:
        assert ada.browser.get(f"/portal/{name}").status_code == 404


@pytest.fixture
def lecture(organisation):
    """For doctors and researchers only."""
    with scope(organisation):
        make.professions("arts", "onderzoeker")
        EligibilityRule.objects.create(
            attraction=make.attraction(), key="profession", settings={"allowed": ["arts", "onderzoeker"]}
        )


def test_nobody_is_asked_for_a_profession_on_which_nothing_depends(ada):
    assert "profession" not in fields(ada.browser.get("/portal/profile/"))


def test_what_she_changes_in_her_profile_is_kept_and_the_page_speaks_her_language(organisation, ada, lecture):
    answer = ada.browser.post(
        "/portal/profile/", {"name": "Ada King", "language": "nl", "profession": "onderzoeker"}, follow=True
    )

    assert answer["Content-Language"] == "nl"
    found = fields(answer)
    assert (found["name"], found["language"], found["profession"]) == ("Ada King", "nl", "onderzoeker")
    with scope(organisation):
        assert AuditEntry.objects.get(action="profile.changed").actor == ada.user


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 10_000}, {"language": "xx"}, {"profession": "astronaut"}, {"name": "a\0"}]
)
def test_a_wrong_profile_comes_back_as_it_was_typed(ada, lecture, wrong):
    sent = {"name": "Ada King", "language": "en", "profession": "arts"} | wrong

    answer = ada.browser.post("/portal/profile/", sent)

    assert answer.status_code == 422
    kept = fields(answer)
    assert {name: kept[name] for name in sent if name not in wrong} == {
        name: value for name, value in sent.items() if name not in wrong
    }


def test_the_security_page_leads_to_password_address_and_second_factor(ada):
    html = ada.browser.get("/portal/security/").content.decode()

    for address in ["/accounts/password/change/", "/accounts/email/", "/accounts/2fa/"]:
        assert f'href="{address}"' in html


@pytest.mark.parametrize(
    ("name", "statements"), [("", 16), ("tickets/", 13), ("registrations/", 12), ("orders/", 14), ("certificates/", 12)]
)
@pytest.mark.parametrize("number", [1, 15])
def test_a_page_costs_the_same_for_little_and_for_much(
    organisation, ada, django_assert_max_num_queries, name, statements, number
):
    with scope(organisation):
        for _ in range(number):
            make_ticket(attendee=ada.user)
            certificate_of(ada.user, "Gala")
    ada.browser.get(f"/portal/{name}")

    with django_assert_max_num_queries(statements):
        ada.browser.get(f"/portal/{name}")
