"""The organisation itself, read by a program: what it is, its plan, its own domain, its limits (X2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kring.hosting.models import OrganisationDomain
from kring.organisations import platform_settings
from kring.organisations.limits import limits
from kring.organisations.models import Organisation
from tests import make
from tests.plans.conftest import AtStripe, server, stripe

__all__ = ["server", "stripe"]
pytestmark = pytest.mark.django_db
PATHS = ["/organisation", "/organisation/plan", "/organisation/limits"]


def test_what_it_is(program: Any, organisation: Any) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(
        type="Chess club", city="Zeist", bank_account="NL91ABNA0417164300", billing_note="Owes us a beer."
    )

    answer = program("organisation")("/organisation")

    found = answer.json()
    assert (found["name"], found["type"], found["city"]) == (organisation.name, "Chess club", "Zeist")
    assert (found["status"], found["billing_status"], found["domain"]) == ("active", "ok", None)
    assert (found["time_zone"], found["currency"]) == ("Europe/Amsterdam", "EUR")
    assert found["languages"] == ["en", "nl", "pl"]
    for private in ("NL91", "beer"):
        assert private not in answer.content.decode()


def test_its_own_domain_without_the_value_that_proves_it(program: Any, organisation: Any) -> None:
    OrganisationDomain.objects.create(
        organisation=organisation, host="www.club.nl", token="kring-secret-value", answer="other", failures=1
    )

    answer = program("organisation")("/organisation")

    assert answer.json()["domain"] == {
        "host": "www.club.nl",
        "is_on": False,
        "answer": "other",
        "checked_at": None,
        "failures": 1,
    }
    assert "kring-secret-value" not in answer.content.decode()


def test_without_plans_nothing_is_limited(program: Any) -> None:
    found = program("organisation")("/organisation/plan").json()

    assert (found["billing_status"], found["subscription"]) == ("ok", None)
    assert {each["key"]: each["most"] for each in found["uses"]} == dict.fromkeys(
        ("members", "events", "staff", "storage_mb")
    )


def test_its_plan_and_how_much_of_it_is_used(program: Any, stripe: AtStripe, organisation: Any) -> None:
    call = program("organisation")
    stripe.subscribe(organisation, stripe.plan(most_staff=5))

    answer = call("/organisation/plan")

    found = answer.json()
    shown = found["subscription"]
    assert (shown["plan"], shown["price"], shown["interval"], shown["state"]) == ("Club", "10.00", "month", "active")
    assert {"key": "staff", "used": 1, "most": 5} in found["uses"]
    for secret in ("sub_", "cus_", "cs_test"):
        assert secret not in answer.content.decode()


def test_all_limits_with_where_they_come_from(program: Any, settings: Any) -> None:
    settings.API_PER_MINUTE = 0

    found = {each["key"]: each for each in program("organisation")("/organisation/limits").json()}

    assert set(found) == set(limits.keys())
    requests = found["api_per_minute"]
    assert (requests["most"], requests["source"], requests["unit"]) == (None, "environment", "number")
    assert found["storage"]["unit"] == "megabytes"
    assert isinstance(found["storage"]["used"], int)


@pytest.mark.parametrize("path", PATHS)
def test_it_has_a_scope_of_its_own_and_nothing_is_written(program: Any, path: str) -> None:
    assert program("events", "members", "users")(path).status_code == 403
    assert program()(path).status_code == 401
    for method in ("POST", "PATCH", "DELETE"):
        assert program("organisation").send(path, json.dumps({"name": "x"}), method).status_code == 405


def test_a_token_of_another_organisation_reads_nothing(program: Any, organisation: Any) -> None:
    theirs = program("organisation", at=make.organisation())
    theirs.client.defaults["HTTP_HOST"] = f"{organisation.subdomain}.kring.localhost"

    assert [theirs(path).status_code for path in PATHS] == [401] * 3


@pytest.mark.parametrize("status", ["limited", "cancelled"])
def test_who_has_not_paid_still_reads_how_it_stands_and_who_works_there(
    program: Any, organisation: Any, status: str
) -> None:
    call = program("organisation", "users:write", "events:write")
    platform_settings.change("plans_on", True)
    Organisation.objects.filter(pk=organisation.pk).update(billing_status=status)

    assert [call(path).status_code for path in (*PATHS, "/users")] == [200] * 4
    assert call("/users", json={"email": "a@example.org", "name": "A", "roles": ["org_admin"]}).status_code == 201
    assert call("/events", json={}).status_code == 403
