"""At its own domain an organisation has its public pages, and nothing else; the same for no other host."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from kring.core.tenancy import scope
from kring.organisations.links import link
from kring.organisations.models import Organisation
from tests import make

pytestmark = pytest.mark.django_db
OWN = "www.club.nl"
ASK = "/.well-known/kring/domain"


@pytest.fixture
def club(organisation: Organisation) -> Organisation:
    with scope(organisation):
        make.attraction(event=make.event(slug="gala", name="Spring gala"))
    Organisation.objects.filter(pk=organisation.pk).update(own_host=OWN)
    organisation.refresh_from_db()
    return organisation


def at(host: str, **kwargs: Any) -> Client:
    return Client(headers={"host": host}, **kwargs)


def test_public_pages_are_shown_at_its_own_domain_and_say_so(club: Organisation) -> None:
    page = at(OWN).get("/events/gala/")
    assert page.status_code == 200
    assert b"Spring gala" in page.content
    assert f"http://{OWN}/events/gala/" in page.content.decode()
    assert f'<link rel="canonical" href="http://{OWN}/">' in at(OWN).get("/").content.decode()


@pytest.mark.parametrize("path", ["/", "/events/gala/?lang=nl", "/become-a-member/", "/terms/"])
def test_visitors_of_the_subdomain_are_sent_there_for_the_time_being(club: Organisation, path: str) -> None:
    answer = at(f"{club.subdomain}.kring.localhost").get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"http://{OWN}{path}")


def test_whoever_has_logged_in_stays_and_forms_stay(club: Organisation) -> None:
    browser = at(f"{club.subdomain}.kring.localhost")
    with scope(club):
        browser.force_login(make.staff("organiser"))
    assert browser.get("/events/gala/").status_code == 200
    assert at(f"{club.subdomain}.kring.localhost").post("/events/gala/order/").status_code != 302


@pytest.mark.parametrize(
    "path", ["/organisation/", "/portal/", "/accounts/login/?next=/events/gala/", "/scan", "/api/v1/events"]
)
def test_logins_staff_door_and_programs_stay_at_the_subdomain(club: Organisation, path: str) -> None:
    answer = at(OWN).get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"http://{club.subdomain}.kring.localhost{path}")
    assert not answer.cookies
    assert at(OWN).post(path).status_code == 404


def test_a_visitor_orders_there_and_a_form_of_another_site_does_not(club: Organisation) -> None:
    browser = at(OWN, enforce_csrf_checks=True)
    browser.get("/events/gala/")
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value} if "csrftoken" in browser.cookies else {}
    own = browser.post("/events/gala/order/", token, headers={"origin": f"http://{OWN}"})
    other = browser.post("/events/gala/order/", token, headers={"origin": "http://evil.example"})
    assert own.status_code != 403
    assert other.status_code == 403


@pytest.mark.parametrize(
    "host", ["club.nl", "evil.example", "portal", "www", "localhost", "www.club.nl.evil.example", ""]
)
def test_hosts_that_are_nobodys_are_refused(club: Organisation, host: str) -> None:
    assert at(host or "..").get("/").status_code == 400


def test_a_subdomains_name_alone_is_no_host(club: Organisation) -> None:
    assert at(club.subdomain).get("/").status_code == 400


def test_a_closed_site_is_closed_there_too(club: Organisation) -> None:
    Organisation.objects.filter(pk=club.pk).update(status="blocked")
    assert at(OWN).get("/").status_code == 403
    assert at("127.0.0.1").get(ASK, {"domain": OWN}).status_code == 404


def test_links_lead_to_public_pages_there_and_to_others_at_the_subdomain(club: Organisation) -> None:
    assert link(club, "public:event", "gala") == f"http://{OWN}/events/gala/"
    assert link(club, "public:order", "secret") == f"http://{club.subdomain}.kring.localhost/orders/secret/"


def test_transport_security_there_is_for_that_name_only(club: Organisation, settings: Any) -> None:
    settings.SCHEME, settings.SECURE_HSTS_SECONDS = "https", 600
    assert at(OWN).get("/", secure=True)["Strict-Transport-Security"] == "max-age=600"


def test_only_a_proved_domain_may_have_a_certificate(club: Organisation) -> None:
    caddy = at("127.0.0.1:8000")
    assert caddy.get(ASK, {"domain": OWN}).status_code == 200
    for other in ("evil.example", "", f"{club.subdomain}.kring.localhost", f"x.{OWN}", "x" * 5000):
        answer = caddy.get(ASK, {"domain": other})
        assert (answer.status_code, answer.content) == (404, b"")


def test_who_asks_too_often_waits(club: Organisation, monkeypatch: Any) -> None:
    monkeypatch.setattr("kring.web.own_hosts.seconds_to_wait", lambda limits: 30)
    answer = at("127.0.0.1").get(ASK, {"domain": OWN})
    assert (answer.status_code, answer["Retry-After"]) == (429, "30")


def test_cookies_name_no_domain() -> None:
    assert django_settings.SESSION_COOKIE_DOMAIN is None
    assert django_settings.CSRF_COOKIE_DOMAIN is None
