"""Every visitor gets a language they understand (Q3)."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone, translation

from kring.web.middleware.language import LanguageMiddleware
from tests import make

HOST = {"host": "zlot.kring.localhost"}


@pytest.fixture
def zlot(db):
    return make.organisation(subdomain="zlot", language="pl", time_zone="Europe/Warsaw")


def language_of(client, **headers):
    return client.get("/accounts/login/", headers=HOST | headers)["Content-Language"]


def test_a_visitor_gets_the_language_of_her_browser(client, zlot):
    assert language_of(client, **{"accept-language": "de-DE,nl-BE;q=0.8,en;q=0.5"}) == "nl"


def test_who_prefers_none_of_ours_gets_the_organisations(client, zlot):
    assert language_of(client) == "pl"
    assert language_of(client, **{"accept-language": "de-DE,fr;q=0.8"}) == "pl"


def test_who_is_logged_in_gets_her_own(client, zlot):
    client.force_login(make.user(language="nl"))

    answer = client.get("/accounts/email/", headers=HOST | {"accept-language": "en"})

    assert answer["Content-Language"] == "nl"


def test_an_error_is_told_in_it_too(client, zlot):
    client.force_login(make.user(language="nl"))

    refused = client.get("/portal/", headers=HOST | {"accept-language": "en"})

    assert refused.status_code == 403
    assert '<html lang="nl">' in refused.text


def test_a_link_changes_it_and_the_change_is_kept(client, zlot):
    client.force_login(make.user(language="nl"))

    answer = client.get("/accounts/email/?page=2&lang=en", headers=HOST)

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/email/?page=2")
    assert client.get("/accounts/email/", headers=HOST)["Content-Language"] == "en"


@pytest.mark.parametrize("strange", ["xx", "", "en-GB'", "../nl", "e" * 1000])
def test_a_language_we_do_not_have_changes_nothing(client, zlot, strange):
    answer = client.get("/accounts/login/", {"lang": strange}, headers=HOST)

    assert (answer.status_code, answer["Content-Language"]) == (200, "pl")
    assert "django_language" not in answer.cookies


def test_the_way_back_never_leaves_the_site():
    request = RequestFactory().get("/", {"lang": "nl"})
    request.path = "//elsewhere.example/"

    assert LanguageMiddleware(HttpResponse)(request)["Location"] == "/elsewhere.example/"


def test_light_or_dark_is_kept_the_same_way(client, zlot):
    client.get("/accounts/login/?appearance=dark", headers=HOST)
    assert '<html lang="pl" data-bs-theme="dark">' in client.get("/accounts/login/", headers=HOST).text

    client.get("/accounts/login/?appearance=auto", headers=HOST)
    assert '<html lang="pl">' in client.get("/accounts/login/", headers=HOST).text


def test_times_are_the_organisations(zlot):
    def view(request):
        return HttpResponse(timezone.get_current_timezone_name())

    request = RequestFactory().get("/")
    request.organisation = zlot

    assert LanguageMiddleware(view)(request).content == b"Europe/Warsaw"
    assert timezone.get_current_timezone_name() == "UTC"
    assert translation.get_language() == "en"
