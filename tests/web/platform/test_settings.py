"""The pages of the platform's settings and of its log (T5)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.organisations import platform_settings
from kring.organisations.models import PlatformLog, PlatformSetting
from tests import make

HOST = {"host": "portal.kring.localhost"}


@pytest.fixture
def admin(client, db):
    person = make.user(is_platform_admin=True)
    client.force_login(person)
    return person


@pytest.mark.parametrize("path", ["settings/", "settings/operator_name/", "settings/own/new/", "log/"])
def test_an_organisations_administrator_is_refused(client, organisation, path):
    with scope(organisation):
        client.force_login(make.staff("org_admin"))

    assert client.get(f"/platform/{path}", headers=HOST).status_code == 403
    assert client.post(f"/platform/{path}", {"value": "x"}, headers=HOST).status_code in (403, 405)
    assert not PlatformSetting.objects.exists()


def test_changing_one_and_going_back(client, admin):
    assert "Run by De Toren" not in client.get("/", headers={"host": "kring.localhost"}).text
    client.post("/platform/settings/operator_name/", {"value": "De Toren"}, headers=HOST)

    page = client.get("/platform/settings/", headers=HOST).text
    assert "De Toren" in page
    assert f"changed by {admin.name}" in page
    assert "Run by De Toren" in client.get("/", headers={"host": "kring.localhost"}).text

    assert "Set “Name” back" in client.get("/platform/settings/operator_name/removal/", headers=HOST).text
    client.post("/platform/settings/operator_name/removal/", headers=HOST)
    assert platform_settings.value_of("operator_name") == ""


@pytest.mark.parametrize(
    ("key", "value"), [("site_example_url", "javascript:alert(1)"), ("operator_email", "nobody"), ("terms_url", "x y")]
)
def test_what_is_not_of_its_type_is_refused_and_shown_again(client, admin, key, value):
    answer = client.post(f"/platform/settings/{key}/", {"value": value}, headers=HOST)

    assert answer.status_code == 422
    assert not PlatformSetting.objects.exists()


def test_a_box_that_is_not_ticked_is_off(client, admin):
    client.post("/platform/settings/site_lists_organisations/", headers=HOST, data={})

    assert platform_settings.value_of("site_lists_organisations") is True, "Nothing at all was sent."
    client.post("/platform/settings/site_lists_organisations/", {"csrfmiddlewaretoken": "x"}, headers=HOST)
    assert platform_settings.value_of("site_lists_organisations") is False


def test_the_operators_own(client, admin):
    sent = {"secret-key": "rack", "secret-value": "B 12", "secret-description": "Where it stands"}
    client.post("/platform/settings/own/new/", sent, headers=HOST)
    again = client.post("/platform/settings/own/new/", sent, headers=HOST)
    assert (again.status_code, "already a setting with this key" in again.text) == (422, True)
    client.post("/platform/settings/rack/", {"secret-value": "B 14"}, headers=HOST)
    assert PlatformSetting.objects.get().value == "B 14"
    assert "Remove the setting “rack”?" in client.get("/platform/settings/rack/removal/", headers=HOST).text
    client.post("/platform/settings/rack/removal/", headers=HOST)
    assert not PlatformSetting.objects.exists()
    assert client.get("/platform/settings/rack/", headers=HOST).status_code == 404


def test_a_secret_is_on_no_page(client, admin):
    sent = {"secret-key": "token", "secret-value": "c0ffee-c0ffee", "secret-is_secret": "on"}
    client.post("/platform/settings/own/new/", sent, headers=HOST)

    for path in ("settings/", "settings/token/", "settings/token/removal/", "log/"):
        answer = client.get(f"/platform/{path}", headers=HOST)
        assert (answer.status_code, "c0ffee" in answer.text) == (200, False), path


def test_the_log_is_searched_and_filtered(client, admin):
    for key in ("operator_name", "terms_url"):
        platform_settings.change(key, "https://example.org/")
    platform_settings.restore("terms_url")

    def labels(**query):
        page = client.get("/platform/log/", query, headers=HOST).context["page"]
        return [(entry.action, entry.label) for entry in page]

    assert labels() == [
        ("setting.restored", "terms_url"),
        ("setting.changed", "terms_url"),
        ("setting.changed", "operator_name"),
    ]
    assert labels(q="OPERATOR") == [("setting.changed", "operator_name")]
    assert labels(act="setting.restored") == [("setting.restored", "terms_url")]
    assert labels(act="nonsense", page="x") == labels()


@pytest.mark.parametrize("number", [1, 40])
def test_the_log_costs_the_same_for_few_and_for_many(client, admin, number, django_assert_num_queries):
    for each in range(number):
        platform_settings.change("operator_name", str(each))
    assert PlatformLog.objects.count() == number

    with django_assert_num_queries(4):
        client.get("/platform/log/", headers=HOST)
