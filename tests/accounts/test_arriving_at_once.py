"""Two visitors want one address at the same moment, over real connections (T1)."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from kring.accounts import arriving
from kring.mail.models import PlatformMessage
from kring.organisations import platform_settings, subdomains
from kring.organisations.models import Organisation, OrganisationRequest
from kring.organisations.subdomains import IsAskedFor
from tests import database
from tests.accounts.test_arriving import TOREN, token_for
from tests.places.test_at_once import at_once, meet

pytestmark = pytest.mark.django_db(transaction=True)
VISITORS = 8


def rush():
    """How many were kept; all want it, half of them in a spelling that looks the same."""

    def ask(number):
        spelling = "detoren" if number % 2 else "det0ren"
        try:
            arriving.ask(replace(TOREN, subdomain=spelling, contact_email=f"visitor-{number}@example.org"))
        except IsAskedFor:
            return False
        return True

    return sum(at_once(ask, VISITORS))


def test_one_of_them_gets_it():
    platform_settings.change("organisations_register", "approval")

    assert rush() == 1
    assert (OrganisationRequest.objects.count(), PlatformMessage.objects.count()) == (1, 1)


def test_without_the_databases_promise_several_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    platform_settings.change("organisations_register", "approval")
    name = "organisation_request_keeps_its_address"
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        [(definition,)] = owner.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name]).fetchall()
        owner.execute(f"DROP INDEX {name}")
        try:
            meet(monkeypatch, subdomains, "check", VISITORS)
            assert rush() == VISITORS
        finally:
            owner.execute("TRUNCATE organisations_organisationrequest")
            owner.execute(definition)


def test_the_link_opened_twice_at_once_makes_one_organisation():
    platform_settings.change("organisations_register", "approval")
    arriving.ask(TOREN)
    token = token_for()

    made = at_once(lambda _number: arriving.confirm(token).organisation.pk, 4)

    assert len(set(made)) == 1
    assert Organisation.objects.count() == 1
