"""The main site's form for organisations: for people, not for programs; its live check, its limits, its link (T1)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from kring.core.tenancy import scope
from kring.mail.models import PlatformMessage
from kring.organisations import platform_settings
from kring.organisations.models import Organisation, OrganisationRequest
from kring.web.site.register_form import SALT
from tests import make
from tests.accounts.test_arriving import token_for

HOST = {"host": "kring.localhost"}


@pytest.fixture(autouse=True)
def open_for_approval(db):
    platform_settings.change("organisations_register", "approval")


def typed(seconds=60, **changed):
    began = signing.dumps(int((timezone.now() - timedelta(seconds=seconds)).timestamp()), salt=SALT)
    given = {
        "name": "Schaakclub De Toren",
        "city": "Zeist",
        "country": "NL",
        "contact_name": "Ada Bakker",
        "contact_email": "ada@detoren.example",
        "subdomain": "detoren",
        "began": began,
    }
    return given | changed


def send(client, **changed):
    return client.post("/register/", typed(**changed), headers=HOST)


def test_there_is_no_form_where_nobody_may_register(client):
    platform_settings.restore("organisations_register")

    assert [client.get(path, headers=HOST).status_code for path in ("/register/", "/register/address/")] == [404, 404]
    assert "/register/" not in client.get("/", headers=HOST).text


def test_from_the_main_site_to_the_administration(client):
    assert 'href="/register/"' in client.get("/", headers=HOST).text
    assert "ada@detoren.example" in send(client).text
    link = f"/register/{token_for()}/"
    assert "Register Schaakclub De Toren?" in client.get(link, headers=HOST).text
    assert not Organisation.objects.exists(), "A program that opens links makes nothing."

    done = client.post(link, headers=HOST).text

    there = {"host": "detoren.kring.localhost"}
    welcome = re.search(r"http://detoren[^/]*(/accounts/welcome/[^\"]+)", done)[1]
    password = "correct horse battery"
    client.post(welcome, {"new_password1": password, "new_password2": password}, headers=there)
    assert client.get("/organisation/", headers=there).status_code == 200
    client.logout()
    assert client.get("/", headers=there).status_code == 404, "It waits for its activation."


def test_while_it_waits_strangers_get_nothing(client):
    club = make.organisation(status=Organisation.Status.NEW)
    there = {"host": f"{club.subdomain}.kring.localhost"}
    with scope(club):
        make.event()

    found = {path: client.get(path, headers=there).status_code for path in ("/", "/api/v1/", "/accounts/signup/")}
    assert set(found.values()) == {404}
    client.force_login(make.user())
    assert client.get("/organisation/", headers=there).status_code == 404


@pytest.mark.parametrize("changed", [{"seconds": 1}, {"seconds": 100_000}, {"began": "x"}, {"website": "https://x.y"}])
def test_programs_are_kept_off(client, changed):
    assert send(client, **changed).status_code == 422
    assert not OrganisationRequest.objects.exists()


def test_terms_must_be_accepted_where_there_are_some(client):
    platform_settings.change("terms_url", "https://kring.example/terms/")

    assert send(client).status_code == 422
    assert send(client, accepts="on").status_code == 200
    assert OrganisationRequest.objects.get().terms_url == "https://kring.example/terms/"


@pytest.mark.parametrize("subdomain", ["xn--toren", "www", "a" * 64, "dé-toren", ""])
def test_what_cannot_be_an_address_is_said_at_its_field(client, subdomain):
    answer = send(client, subdomain=subdomain)

    assert (answer.status_code, "subdomain" in answer.context["form"].errors) == (422, True)
    assert not PlatformMessage.objects.exists()


def test_an_address_is_checked_while_it_is_typed(client):
    make.organisation(subdomain="detoren")

    def check(subdomain):
        query = {"subdomain": subdomain, "name": "De Toren", "city": "Zeist"}
        return client.get("/register/address/", query, headers=HOST).text

    assert "“kasteel” is free." in check("kasteel")
    assert "already in use" in check("detoren")
    assert "Free: de-toren-zeist" in check("det0ren")
    assert "looks too much like" in check("det0ren")
    assert check("").strip() == ""
    assert "<script" not in check("<script>")


def test_an_address_gets_three_mails_a_day(client):
    answers = [send(client, subdomain=f"detoren{letter}").status_code for letter in "abcd"]

    assert answers == [200, 200, 200, 429]
    assert PlatformMessage.objects.count() == 3


def test_a_network_asks_ten_times_a_day(client):
    answers = [
        send(client, subdomain=f"detoren{letter}", contact_email=f"{letter}@example.org").status_code
        for letter in "abcdefghjkm"
    ]

    assert answers == [200] * 10 + [429]


def test_the_live_check_is_limited(client):
    answers = [client.get("/register/address/?subdomain=toren", headers=HOST).status_code for _ in range(61)]

    assert answers[-2:] == [200, 429]


def test_a_link_that_is_over_says_so(client):
    for method in (client.get, client.post):
        answer = method("/register/made-up/", headers=HOST)
        assert (answer.status_code, "no longer valid" in answer.text) == (410, True)
