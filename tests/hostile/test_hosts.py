"""A request names its host, and may name any (T2)."""

from __future__ import annotations

import pytest
from django.test import Client

from kring.core.tenancy import scope
from kring.organisations.models import Organisation
from tests import make

NAME = "Velvet Quorum"


@pytest.fixture(autouse=True)
def congress(db):
    organisation = make.organisation(subdomain="ours", name=NAME)
    with scope(organisation):
        make.event(slug="congress", name=NAME)


def get(host, path="/events/congress/", **headers):
    return Client(headers={"host": host, **headers}, raise_request_exception=False).get(path)


@pytest.mark.parametrize("host", ["ours.kring.localhost", "OURS.Kring.LOCALHOST", "ours.kring.localhost:8000"])
def test_an_organisations_own_name_is_answered(host):
    assert get(host).status_code == 200


HOSTS = {
    "": 400,
    "evil.example": 400,
    "ours.kring.localhost.evil.example": 400,
    "evil.example:80@ours.kring.localhost": 400,
    "ours.kring.localhost:80:80": 400,
    "ours.kring.localhost:http": 400,
    "ours.kring.localhost/x": 400,
    "ours kring.localhost": 400,
    "ours.kring.localhost\x00": 400,
    "żółw.kring.localhost": 400,
    "[::1]": 400,
    "127.0.0.1": 400,
    "xkring.localhost": 400,
    "ours_kring.localhost": 400,
    "nobody.kring.localhost": 404,
    "a.b.kring.localhost": 404,
    "ours.ours.kring.localhost": 404,
    "ours.portal.kring.localhost": 404,
    "www.ours.kring.localhost": 404,
    "xours.kring.localhost": 404,
    ".kring.localhost": 404,
    "..kring.localhost": 404,
    "-.kring.localhost": 404,
    "%.kring.localhost": 400,
    "'.kring.localhost": 400,
    f"{'x' * 63}.kring.localhost": 404,
    f"{'x.' * 3000}kring.localhost": 404,
    f"{'x' * 60_000}.kring.localhost": 404,
}


@pytest.mark.parametrize(("host", "status"), HOSTS.items(), ids=lambda value: repr(value)[:40])
def test_any_other_name_is_refused_and_shows_nothing(host, status):
    answer = get(host)

    assert (answer.status_code, NAME in answer.content.decode()) == (status, False)


def test_a_dot_at_the_end_shows_nothing_of_anybody_else():
    assert get("ours.kring.localhost.").status_code in (200, 301, 400, 404)


PATHS = ("/", "/events/congress/", "/scan", "/api/v1/events", "/organisation/", "/portal/", "/accounts/login/")


@pytest.mark.parametrize("status", ["new", "blocked"])
def test_an_organisation_that_is_not_active_shows_nothing(status):
    """But a login without a name, which its administrator needs while it waits (tests/web/test_not_activated.py)."""
    Organisation.objects.update(status=status)
    answered = [404, 404, 404, 404, 302, 302, 200] if status == "new" else [403] * 7

    for path, expected in zip(PATHS, answered, strict=True):
        answer = get("ours.kring.localhost", path)
        assert (answer.status_code, status == "new" and NAME in answer.text) == (expected, False), path


@pytest.mark.parametrize("header", ["x-forwarded-host", "x-host", "forwarded", "x-original-url", "x-rewrite-url"])
def test_no_other_header_chooses_the_host_or_the_page(header):
    """A proxy in front may send one, and so may anybody."""
    values = {"forwarded": "host=ours.kring.localhost", "x-original-url": "/", "x-rewrite-url": "/"}

    answer = get("nobody.kring.localhost", **{header: values.get(header, "ours.kring.localhost")})

    assert answer.status_code == 404


@pytest.mark.parametrize("host", ["kring.localhost", "www.kring.localhost", "portal.kring.localhost"])
def test_the_platforms_own_sites_serve_no_pages_of_organisations(host):
    for path in ("/events/congress/", "/organisation/", "/scan", "/api/v1/events", "/orders/x/", "/certificates/x/"):
        assert get(host, path).status_code == 404, path


def test_the_main_site_and_an_organisation_do_not_serve_the_platform():
    for host in ("kring.localhost", "ours.kring.localhost"):
        assert get(host, "/platform/").status_code == 404, host
