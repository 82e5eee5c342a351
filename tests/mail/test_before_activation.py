"""An organisation that waits for its activation writes to its own administrators only (T1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.functions import Now

from kring.accounts.models import Role, User
from kring.core.tenancy import scope
from kring.mail import outbox, resending
from kring.mail.before_activation import NotActivated
from kring.mail.models import Message
from kring.organisations.activation import activate, block
from kring.organisations.models import Organisation, OrganisationRequest
from tests import make
from tests.jobs import queued
from tests.refusing import refuses


@pytest.fixture
def club(db: None) -> Organisation:
    return make.organisation(name="The Club", status=Organisation.Status.NEW)


@pytest.fixture
def ada(club: Organisation) -> User:
    """Has logged in there."""
    with scope(club):
        ada = make.staff("org_admin", email="ada@example.org")
        Role.objects.filter(user=ada).update(last_seen_at=Now())
    return ada


def write(to: str, template: str = "order-confirmed") -> Message:
    letter = Message(template=template, recipient=to, language="en", composed_subject="s")
    outbox.post([letter])
    return letter


def test_what_goes_to_anybody_else_is_held_back_and_says_why(club: Organisation, ada: User) -> None:
    with scope(club):
        states = [write(to).state for to in ("ada@example.org", "member@example.org")]

        assert states == ["queued", "held"]
        assert len(queued("mail.deliver")) == 1
        assert "not been activated yet" in Message.objects.get(recipient="member@example.org").trouble


def test_who_was_made_administrator_without_coming_is_anybody_else(club: Organisation, ada: User) -> None:
    with scope(club):
        stranger = make.staff("org_admin")
        organiser = make.staff("organiser")
        Role.objects.filter(user=organiser).update(last_seen_at=Now())

        assert [write(each.email).state for each in (stranger, organiser)] == ["held", "held"]


def test_who_confirmed_the_registration_is_an_administrator_before_the_first_login(club: Organisation) -> None:
    OrganisationRequest.objects.create(
        name="The Club", city="Zeist", country="NL", contact_name="Eva", contact_email="eva@example.org",
        subdomain="club", skeleton="club", language="en", digest="d", confirmed_at=Now(), organisation=club,
    )  # fmt: skip
    with scope(club):
        assert write("eva@example.org").state == "held"
        make.staff("org_admin", email="eva@example.org")
        assert write("eva@example.org").state == "queued"


def test_nobody_sends_it_by_hand(club: Organisation, ada: User) -> None:
    with scope(club):
        held = write("member@example.org")

        with refuses(NotActivated):
            resending.send_again(held)
        held.refresh_from_db()
        assert held.state == "held"


def test_once_it_is_active_what_was_held_back_is_sent_and_nothing_else(club: Organisation, ada: User) -> None:
    with scope(club):
        held = write("member@example.org")
        limited = write("other@example.org")
        Message.objects.filter(pk=limited.pk).update(error="")

    activate(club)

    with scope(club):
        states = dict(Message.objects.values_list("pk", "state"))
        assert (states[held.pk], states[limited.pk]) == ("queued", "held")
        assert len(queued("mail.deliver")) == 1
        assert write("member@example.org").state == "queued"


def test_one_that_is_refused_sends_nothing(club: Organisation, ada: User) -> None:
    with scope(club):
        held = write("member@example.org")

    block(club, "No club")

    with scope(club):
        assert Message.objects.get(pk=held.pk).state == "held"


def test_an_active_one_pays_no_statement_for_this(in_scope: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        write("ada@example.org")
