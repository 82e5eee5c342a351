"""The main site says what the platform's plans cost, in the visitor's language; nothing where there are none (B1)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kring.organisations import platform_settings
from kring.plans.models import Plan

HOST = {"host": "kring.localhost"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plans():
    words = {"en": "For one club.", "nl": "Voor één club."}
    Plan.objects.create(
        name="Club",
        price=Decimal("12.50"),
        stripe_price_id="price_1",
        descriptions=words,
        most_members=250,
        trial_days=14,
    )
    Plan.objects.create(name="Federation", price=Decimal(75), stripe_price_id="price_2", interval="year", position=2)
    Plan.objects.create(name="Old", price=Decimal(1), stripe_price_id="price_3", is_active=False)


def page(client, path="/en/"):
    return client.get(path, headers=HOST).text


def test_none_while_organisations_do_not_subscribe(client):
    assert "Federation" not in page(client)
    assert 'href="#prices"' not in page(client)


def test_what_is_offered_with_its_limits(client):
    platform_settings.change("plans_on", True)
    shown = page(client)

    assert shown.index("€12.50 a month") < shown.index("€75.00 a year")
    assert "For one club." in shown
    assert "<li>250 members</li>" in shown
    assert "the first 14 days free of charge" in shown
    assert "as many members, events and files as you like" in shown
    assert "Old" not in shown


def test_in_the_language_of_the_visitor(client):
    platform_settings.change("plans_on", True)
    shown = page(client, "/nl/")

    assert "€ 12,50 per maand" in shown.replace("\xa0", " ")
    assert "Voor één club." in shown
    assert "Wat het kost" in shown


@pytest.mark.parametrize(("how", "number"), [("off", 0), ("approval", 2)])
def test_a_button_leads_to_registering_where_that_is_possible(client, how, number):
    platform_settings.change("plans_on", True)
    platform_settings.change("organisations_register", how)

    assert page(client).count("Register an organisation</a>") == number


def test_a_text_of_the_operator_is_no_markup(client):
    platform_settings.change("plans_on", True)
    Plan.objects.filter(name="Club").update(name="<b>x</b>")

    assert "<b>x</b>" not in page(client)
