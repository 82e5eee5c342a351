"""When something is wrong, people get a page with a way on (Q4)."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import RequestFactory
from django.urls import get_resolver

from kring.web import errors
from kring.web.common_urls import handler400, handler403, handler404, handler500
from tests import make

HOST = {"host": "club.kring.localhost"}


@pytest.fixture
def club(db):
    return make.organisation(name="The Club", subdomain="club")


@pytest.fixture
def asked(club):
    request = RequestFactory().get("/somewhere/")
    request.organisation = club
    return request


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda request: errors.bad_request(request, BadRequest()), 400, "That request was not valid"),
        (lambda request: errors.permission_denied(request, PermissionDenied()), 403, "You cannot open this page"),
        (lambda request: errors.not_found(request, LookupError()), 404, "Page not found"),
        (errors.server_error, 500, "Something went wrong on our side"),
    ],
)
def test_each_failure_has_its_page_in_the_organisations_colours(
    asked, answer, status, words, django_assert_num_queries
):
    with django_assert_num_queries(0):
        page = answer(asked)

    assert page.status_code == status
    assert f"<h1>{words}</h1>" in page.text
    assert "The Club" in page.text
    assert "/theme-" in page.text
    assert '<a class="btn btn-primary" href="/">' in page.text


def test_the_page_speaks_the_readers_language(asked, monkeypatch):
    asked.META["HTTP_ACCEPT_LANGUAGE"] = "nl"

    assert '<html lang="nl">' in errors.not_found(asked, LookupError()).text


def test_when_even_the_page_fails_there_are_words(asked, monkeypatch):
    monkeypatch.setattr(errors, "render", None)

    answer = errors.server_error(asked)

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


def test_a_program_gets_a_problem_instead():
    answer = errors.not_found(RequestFactory().get("/api/v1/nothing"), LookupError())

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("host", ["club.kring.localhost", "kring.localhost", "portal.kring.localhost"])
def test_every_host_has_the_pages(client, club, host):
    answer = client.get("/no/such/page", headers={"host": host})

    assert answer.status_code == 404
    assert "<h1>Page not found</h1>" in answer.text


def test_handlers_exist_under_the_names_django_looks_up():
    for handler in (handler400, handler403, handler404, handler500):
        assert callable(getattr(errors, handler.rpartition(".")[2]))


@pytest.mark.parametrize(
    ("referer", "way"),
    [
        ("http://testserver/list/", "http://testserver/list/"),
        ("http://testserver/somewhere/", ""),
        ("https://elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_way_back_is_on_the_same_site_or_not_at_all(referer, way):
    assert errors.way_back(RequestFactory().get("/somewhere/", headers={"referer": referer})) == way


def test_who_tries_too_often_is_asked_to_wait(client, club):
    for _ in range(30):
        answer = client.post("/accounts/login/", {"login": "a@example.org", "password": "wrong"}, headers=HOST)

    assert answer.status_code in (200, 429)
    reset = [client.post("/accounts/password/reset/", {"email": "a@example.org"}, headers=HOST) for _ in range(30)]
    assert reset[-1].status_code == 429
    assert "<h1>Too many attempts</h1>" in reset[-1].text


@pytest.mark.parametrize("urlconf", ["kring.web.urls", "kring.web.site.urls", "kring.web.platform.urls"])
def test_every_url_configuration_uses_them(urlconf):
    resolver = get_resolver(urlconf)

    for status in (400, 403, 404, 500):
        assert resolver.resolve_error_handler(status).__module__ == "kring.web.errors"
