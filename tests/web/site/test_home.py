"""The main site explains Kring, and lists its organisations (T1)."""

from __future__ import annotations

from kring.organisations import platform_settings
from kring.organisations.models import Organisation
from tests import make

HOST = {"host": "kring.localhost"}


def test_the_first_page_names_the_organisations_that_are_open(client, db):
    make.organisation(name="Open", subdomain="open")
    make.organisation(name="Not yet", status=Organisation.Status.NEW)
    make.organisation(name="Shut", status=Organisation.Status.BLOCKED)

    page = client.get("/", headers=HOST)

    assert 'href="http://open.kring.localhost/"' in page.text
    assert [name in page.text for name in ("Open", "Not yet", "Shut")] == [True, False, False]


def test_an_empty_platform_has_a_first_page_too(client, db):
    page = client.get("/", headers=HOST)

    assert page.status_code == 200
    assert "Organisations" not in page.text


def test_it_costs_two_queries_for_one_organisation_and_for_many(client, db, django_assert_num_queries):
    for _ in range(30):
        make.organisation()

    with django_assert_num_queries(2):
        client.get("/", headers=HOST)


def test_an_example_is_offered_where_there_is_one(client, db):
    make.organisation()
    assert "See an example" not in client.get("/", headers=HOST).text
    platform_settings.change("site_example_url", "https://vgbc.example.org/")

    page = client.get("/", headers=HOST).text

    assert '<a class="btn btn-lg btn-accent" href="https://vgbc.example.org/">See an example</a>' in page


def test_organisations_are_listed_unless_the_operator_says_no(client, db):
    make.organisation(name="Open")
    platform_settings.change("site_lists_organisations", False)

    assert "Open" not in client.get("/", headers=HOST).text


def test_who_runs_it_stands_at_its_foot(client, db):
    for key, value in (("operator_email", "op@example.org"), ("privacy_url", "https://example.org/privacy/")):
        platform_settings.change(key, value)

    page = client.get("/", headers=HOST).text

    assert 'href="mailto:op@example.org"' in page
    assert 'href="https://example.org/privacy/">Privacy notice</a>' in page
