"""A menu shows what its reader may open, and nothing else (A5)."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from kring.web.access import needs_login, needs_role, public
from kring.web.manage.menu import ENTRIES as MANAGE
from kring.web.my.navigation import ENTRIES as MY
from kring.web.navigation import PERSON, PUBLIC, MenuItem, links, target
from tests import make


@public
def anyone(request):
    return HttpResponse()


@needs_login
def person(request):
    return HttpResponse()


@needs_role("treasurer")
def money(request):
    return HttpResponse()


urlpatterns = [
    path("list/", anyone, name="list"),
    path("mine/", person, name="mine"),
    path("list/money/", money, name="money"),
]
ENTRIES = [MenuItem(name, name, "list") for name in ("list", "mine", "money", "not-built-yet")]


def seen(roles, address="/"):
    request = RequestFactory().get(address)
    request.urlconf = __name__
    return [(link.label, link.is_current) for link in links(ENTRIES, request, roles=frozenset(roles))]


def test_each_sees_what_her_roles_open():
    assert seen(PUBLIC) == [("list", False)]
    assert seen(PUBLIC | PERSON) == [("list", False), ("mine", False)]
    assert seen({"treasurer"}) == [("money", False)]
    assert seen({"org_admin"}) == [("money", False)]
    assert seen({"door"}) == []


def test_the_page_one_is_on_is_marked_with_those_above_it():
    assert seen(PUBLIC | {"treasurer"}, "/list/money/12/") == [("list", True), ("money", True)]


@pytest.mark.parametrize("entry", [*MANAGE, *MY], ids=lambda entry: entry.name)
def test_every_entry_of_the_menus_leads_to_a_page_that_says_who_may_see_it(entry, settings):
    url, allowed = target(entry.name, settings.ORGANISATION_URLCONF)

    assert url
    assert allowed or url.startswith("/accounts/")


@pytest.mark.parametrize(
    ("role", "menu"),
    [
        ("door", {"Door"}),
        ("org_admin", {str(entry.label) for entry in MANAGE}),
    ],
)
def test_the_side_bar_of_a_role(client, organisation, role, menu, settings):
    from kring.core.tenancy import scope

    with scope(organisation):
        shown = links(MANAGE, _on_site(settings), roles=frozenset({role}))

    assert menu <= {str(link.label) for link in shown}


def _on_site(settings):
    request = RequestFactory().get("/organisation/")
    request.urlconf = settings.ORGANISATION_URLCONF
    return request


def test_a_stranger_is_offered_no_administration(client, organisation):
    client.force_login(make.user())

    answer = client.get("/accounts/email/", headers={"host": f"{organisation.subdomain}.kring.localhost"})

    assert "Log out" in answer.text
    assert "Administration" not in answer.text
