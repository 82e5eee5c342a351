"""The administrator's page that deletes the organisation: downloads first, the name typed, taken back (T6)."""

from __future__ import annotations

import pytest

from kring.organisations.models import Organisation
from tests import make
from tests.web.manage.conftest import url

pytestmark = pytest.mark.django_db
PORTAL = {"host": "portal.kring.localhost"}


def now(organisation):
    return Organisation.objects.get(pk=organisation.pk)


def test_downloads_are_offered_and_each_leads_somewhere(admin, organisation):
    page = admin.get(url("deletion"))

    assert "The law makes you keep invoices" in page.text
    for address, _words in page.context["downloads"]:
        assert f'href="{address.replace("&", "&amp;")}"' in page.text
        assert admin.get(address).status_code == 200, address


def test_only_the_name_deletes_and_it_can_be_taken_back(admin, organisation):
    wrong = admin.post(url("deletion"), {"name": "Something else"})
    assert (wrong.status_code, now(organisation).deletion_due_at) == (422, None)

    admin.post(url("deletion"), {"name": organisation.name})
    assert now(organisation).deletion_due_at
    assert "This organisation will be deleted from" in admin.get(url("dashboard")).text

    admin.post(url("deletion_taking_back"))
    assert now(organisation).deletion_due_at is None
    assert "will be deleted from" not in admin.get(url("dashboard")).text


def test_the_platform_deletes_it_later_or_at_once(client, organisation):
    client.force_login(make.user(is_platform_admin=True))
    base = f"/platform/organisations/{organisation.pk}/"
    assert client.post(f"{base}deletion/", {"name": "x"}, headers=PORTAL).status_code == 422

    client.post(f"{base}deletion/", {"name": organisation.name}, headers=PORTAL)
    assert now(organisation).deletion_due_at
    assert "Take deletion back" in client.get(base, headers=PORTAL).text
    client.post(f"{base}deletion/taking-back/", headers=PORTAL)
    assert now(organisation).deletion_due_at is None

    client.post(f"{base}deletion/", {"name": organisation.name, "at_once": "on"}, headers=PORTAL)
    assert now(organisation).status == "deleting"
    assert "It is being deleted" in client.get(base, headers=PORTAL).text
    for path in ("deletion/", "activation/", "blocking/"):
        answer = client.post(f"{base}{path}", {"name": organisation.name, "reason": "x"}, headers=PORTAL)
        assert answer.status_code == 404, "What is being deleted is never opened again."
    client.post(f"{base}deletion/taking-back/", headers=PORTAL)
    assert now(organisation).status == "deleting"
