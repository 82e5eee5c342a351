"""The main site explains Kring, and lists its organisations (T1)."""

from __future__ import annotations

from kring.organisations.models import Organisation
from tests import make

HOST = {"host": "kring.localhost"}


def test_the_first_page_names_the_organisations_that_are_open(client, db):
    make.organisation(name="Open", subdomain="open")
    make.organisation(name="Waiting", status=Organisation.Status.NEW)
    make.organisation(name="Shut", status=Organisation.Status.BLOCKED)

    page = client.get("/", headers=HOST)

    assert 'href="http://open.kring.localhost/"' in page.text
    assert [name in page.text for name in ("Open", "Waiting", "Shut")] == [True, False, False]


def test_an_empty_platform_has_a_first_page_too(client, db):
    page = client.get("/", headers=HOST)

    assert page.status_code == 200
    assert "Organisations" not in page.text


def test_it_costs_one_query_for_one_organisation_and_for_many(client, db, django_assert_num_queries):
    for _ in range(30):
        make.organisation()

    with django_assert_num_queries(1):
        client.get("/", headers=HOST)
