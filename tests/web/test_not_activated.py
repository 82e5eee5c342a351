"""The site of an organisation that waits for its activation is there for those who work on it, and nobody else (T1)."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now

from kring.accounts.models import IdentityProvider, Role
from kring.core.tenancy import scope
from kring.mail.models import Message, PlatformMessage
from kring.organisations.models import Organisation
from tests import make

NAME = "Velvet Quorum"
PAGES = ["/", "/events/congress/", "/organisation/", "/portal/"]


@pytest.fixture(autouse=True)
def club(db):
    club = make.organisation(subdomain="ours", name=NAME, contact_email="who@velvet.example", status="new")
    with scope(club):
        make.event(slug="congress", name=NAME)
    return club


@pytest.fixture
def administrator(club):
    with scope(club):
        ada = make.staff("org_admin", email="ada@example.org")
        Role.objects.filter(user=ada).update(last_seen_at=Now())
    return ada


def get(client, path):
    return client.get(path, headers={"host": "ours.kring.localhost"})


@pytest.mark.parametrize("path", PAGES)
def test_its_administrator_sees_the_site_and_that_it_waits(client, administrator, path):
    client.force_login(administrator)

    page = get(client, path)

    assert page.status_code == 200
    assert f"{NAME} is not active yet" in page.text


def test_an_active_one_says_nothing_of_it(client, club, administrator):
    Organisation.objects.update(status="active")
    client.force_login(administrator)

    assert not [path for path in PAGES if "not active yet" in get(client, path).text]


@pytest.mark.parametrize("path", [*PAGES, "/scan", "/nowhere/", "/api/v1/events"])
def test_somebody_with_a_login_learns_nothing(client, path):
    client.force_login(make.user())

    page = get(client, path)

    assert (page.status_code, NAME in page.text, "velvet" in page.text) == (404, False, False)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/logout/"])
@pytest.mark.parametrize("logged_in", [True, False])
def test_logging_in_shows_a_stranger_no_name(client, path, logged_in):
    if logged_in:
        client.force_login(make.user())

    page = client.get(path, headers={"host": "ours.kring.localhost"}, follow=True)

    assert (NAME in page.text, "velvet" in page.text) == (False, False)


def test_its_login_names_no_login_service(client, club):
    with scope(club):
        facts = {"name": "Velvet login", "key": 1, "issuer": "https://id.velvet.example", "client_id": "kring"}
        IdentityProvider.objects.create(**facts, client_secret="s", is_on=True)

    page = client.get("/accounts/login/", headers={"host": "ours.kring.localhost"}).text

    assert ("Velvet login" in page, "signup" in page) == (False, False)


def test_nobody_signs_up_there(client):
    for method in (client.get, client.post):
        assert method("/accounts/signup/", headers={"host": "ours.kring.localhost"}).status_code == 404


@pytest.mark.parametrize("path", ["/", "/organisation/", "/api/v1/orders", "/portal/"])
def test_a_stranger_changes_nothing(client, path):
    assert client.post(path, {}, headers={"host": "ours.kring.localhost"}).status_code == 404


def test_a_stranger_on_its_login_page_causes_no_mail_but_its_administrator_s(client, club, administrator):
    stranger = make.user("victim@example.org")
    for email in (stranger.email, administrator.email, "nobody@example.org"):
        client.post("/accounts/password/reset/", {"email": email}, headers={"host": "ours.kring.localhost"})

    with scope(club):
        assert not Message.objects.exists()
    mail = PlatformMessage.objects.get()
    assert (mail.recipient, NAME in mail.compose().text) == (administrator.email, False)
