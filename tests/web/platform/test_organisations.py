"""The platform's list of organisations: for platform admins, and for nobody else (T1, T2)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.organisations.models import AuditEntry, Organisation
from tests import make

HOST = {"host": "portal.kring.localhost"}


@pytest.fixture
def admin(client, db):
    person = make.user(is_platform_admin=True)
    client.force_login(person)
    return person


def test_a_visitor_has_to_log_in(client, db):
    answer = client.get("/platform/", headers=HOST)

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/platform/")


@pytest.mark.parametrize("path", ["/platform/", "/platform/organisations/1/blocking/"])
def test_an_organisations_administrator_is_refused(client, organisation, path):
    with scope(organisation):
        client.force_login(make.staff("org_admin"))

    assert client.get(path, headers=HOST).status_code == 403


def test_the_list_shows_each_with_its_size(client, admin):
    big, small = make.organisation(name="Big"), make.organisation(name="Small")
    with scope(big):
        make.event()
        make.event()
        make.staff("door")

    rows = client.get("/platform/", headers=HOST).context["page"].object_list

    assert {(row.organisation, row.events, row.staff) for row in rows} == {(big, 2, 1), (small, 0, 0)}


@pytest.mark.parametrize("number", [1, 30])
def test_it_costs_the_same_for_one_and_for_many(client, admin, number, django_assert_num_queries):
    for _ in range(number):
        make.organisation()

    # Session and user; the count and the rows; events and staff of them, with savepoint and role around the two.
    with django_assert_num_queries(10):
        client.get("/platform/", headers=HOST)


def test_search_and_status_narrow_the_list(client, admin):
    make.organisation(name="Svoranje", subdomain="svoranje")
    make.organisation(name="Zlot", subdomain="zlot", status=Organisation.Status.BLOCKED)

    def names(**query):
        rows = client.get("/platform/", query, headers=HOST).context["page"].object_list
        return [row.organisation.name for row in rows]

    assert names(q="ORANJE") == ["Svoranje"]
    assert names(status="blocked") == ["Zlot"]
    assert names(q="nobody") == []
    assert sorted(names(status="nonsense", page="x")) == ["Svoranje", "Zlot"]


def test_opening_and_closing_a_site_is_in_its_log(client, admin):
    club = make.organisation(status=Organisation.Status.NEW)

    client.post(f"/platform/organisations/{club.pk}/activation/", headers=HOST)
    client.post(f"/platform/organisations/{club.pk}/blocking/", headers=HOST)

    club.refresh_from_db()
    assert club.status == Organisation.Status.BLOCKED
    with scope(club):
        logged = AuditEntry.objects.order_by("pk").values_list("action", "actor_label", "old__status", "new__status")
        assert list(logged) == [
            ("organisation.activated", admin.email, "new", "active"),
            ("organisation.blocked", admin.email, "active", "blocked"),
        ]


def test_closing_is_asked_first(client, admin, organisation):
    page = client.get(f"/platform/organisations/{organisation.pk}/blocking/", headers=HOST)

    assert f"Close the site of {organisation.name}?" in page.text
    organisation.refresh_from_db()
    assert organisation.status == Organisation.Status.ACTIVE


def test_after_logging_in_one_is_at_the_list(client, admin):
    for start in ("/", "/portal/"):
        assert client.get(start, headers=HOST)["Location"] == "/platform/"
