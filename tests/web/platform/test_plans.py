"""The platform's pages of plans, and its account with Stripe (B1)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.organisations import platform_settings
from kring.organisations.models import PlatformLog
from kring.plans.models import Plan, StripeNotice
from tests import make
from tests.web.reading import words

HOST = {"host": "portal.kring.localhost"}
CLUB = {
    "name": "Club",
    "description_en": "For one club.",
    "description_nl": "Voor één club.",
    "price": "12,50",
    "currency": "eur",
    "interval": "month",
    "trial_days": "14",
    "most_members": "100",
    "position": "0",
    "is_active": "on",
}


@pytest.fixture
def admin(client, db):
    person = make.user(is_platform_admin=True)
    client.force_login(person)
    return person


def page(client, path=""):
    return words(client.get(f"/platform/plans/{path}", headers=HOST))


def send(client, path, data):
    return client.post(f"/platform/plans/{path}", data, headers=HOST)


@pytest.mark.parametrize("path", ["", "new/", "stripe/"])
def test_an_organisations_administrator_is_refused(client, organisation, path):
    with scope(organisation):
        client.force_login(make.staff("org_admin"))

    assert client.get(f"/platform/plans/{path}", headers=HOST).status_code == 403


def test_the_platform_connects_its_account_and_makes_a_plan(client, admin, server):
    assert "Not connected to Stripe" in page(client)

    assert send(client, "stripe/", {"secret-secret_key": "sk_test_platform"}).status_code == 302
    assert send(client, "new/", CLUB).status_code == 302

    plan = Plan.objects.get()
    assert (plan.name, str(plan.price), plan.currency, plan.most_members) == ("Club", "12.50", "EUR", 100)
    assert server.kind("prices")[plan.stripe_price_id]["unit_amount"] == 1250
    shown = page(client)
    assert "Plans are switched off" in shown
    assert "Club For one club. €12.50 a month 14 days of trial 100 members 0 offered" in shown
    assert list(PlatformLog.objects.order_by("pk").values_list("action", "label"))[3:] == [
        ("stripe.connected", "Platform"),
        ("plan.created", "Club"),
    ]
    assert "sk_test_platform" not in client.get("/platform/log/", headers=HOST).text


def test_a_key_that_stripe_refuses(client, admin, server):
    answer = send(client, "stripe/", {"secret-secret_key": "sk_test_platform_revoked"})

    assert answer.status_code == 422
    assert "does not accept these keys" in words(answer)
    assert not platform_settings.value_of("stripe_secret_key")


def test_a_plan_is_changed_retired_and_removed(client, admin, stripe):
    plan = stripe.plan()
    given = CLUB | {"stripe_price_id": plan.stripe_price_id, "price": "10.00", "name": "Small club"}
    del given["is_active"]

    assert send(client, f"{plan.pk}/", given).status_code == 302
    assert "Small club" in page(client) and "no longer offered" in page(client)

    assert "Remove the plan “Small club”?" in page(client, f"{plan.pk}/removal/")
    assert send(client, f"{plan.pk}/removal/", {}).status_code == 302
    assert not Plan.objects.exists()


def test_of_a_plan_that_somebody_has_the_price_stays(client, admin, stripe, organisation):
    plan = stripe.plan()
    stripe.subscribe(organisation, plan)

    answer = send(client, f"{plan.pk}/", CLUB | {"stripe_price_id": plan.stripe_price_id})
    assert answer.status_code == 422
    assert "so its price stays" in words(answer)

    send(client, f"{plan.pk}/removal/", {})
    assert "Retire it instead" in page(client, f"{plan.pk}/")
    assert Plan.objects.get().price == 10


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"price": "-1"}, "price"),
        ({"price": "1.234567"}, "price"),
        ({"currency": "€€€"}, "currency"),
        ({"interval": "week"}, "interval"),
        ({"trial_days": "731"}, "trial_days"),
        ({"most_members": "-1"}, "most_members"),
        ({"name": " "}, "name"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(client, admin, stripe, given, field):
    answer = send(client, "new/", CLUB | given)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Plan.objects.exists()


def test_stripe_is_down(client, admin, stripe):
    stripe.server.behave("status 500")

    assert send(client, "new/", CLUB).status_code == 422
    assert not Plan.objects.exists()


def test_a_notice_nobody_signed_is_refused(client, stripe):
    answer = client.post("/stripe/notifications/", b"{}", content_type="application/json", headers=HOST)

    assert answer.status_code == 401
    assert not StripeNotice.objects.exists()
