"""The first steps of a new organisation tick themselves, and are hidden on wish (T1)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Event
from kring.organisations.models import AuditEntry, Organisation
from tests import make
from tests.web.manage.conftest import Staff


@pytest.fixture(autouse=True)
def is_new(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(shows_first_steps=True, bank_account="", mail_from="")


def done(admin: Staff) -> list[str]:
    return [step.title for step in admin.page("dashboard").context["first_steps"] if step.is_done]


def test_nothing_is_done_at_the_beginning(admin: Staff) -> None:
    page = admin.page("dashboard")

    assert len(page.context["first_steps"]) == 7
    assert done(admin) == []
    assert "0 of 7 done" in page.text


def test_each_ticks_itself(admin: Staff, organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(
        logo="logos/a.png", bank_account="NL44RABO0123456789", terms_version=1, reply_to="a@example.org"
    )
    with scope(organisation):
        make.member()
        make.staff("treasurer")
        event = make.event(state=Event.State.NEW)
    assert "Publish an event" not in done(admin)
    with scope(organisation):
        Event.objects.filter(pk=event.pk).update(state=Event.State.OPEN)

    assert len(done(admin)) == 7


def test_a_role_that_can_do_nothing_about_them_does_not_see_them(organiser: Staff) -> None:
    assert "First steps" not in organiser.page("dashboard").text


def test_they_are_hidden_for_good_and_in_the_log_once(admin: Staff, organisation: Organisation) -> None:
    for _time in range(2):
        admin.act("first_steps_hiding")

    assert "First steps" not in admin.page("dashboard").text
    with scope(organisation):
        assert AuditEntry.objects.filter(action="first_steps.hidden").count() == 1


def test_they_stay_on_a_page_of_their_own_and_can_be_brought_back(admin: Staff, organisation: Organisation) -> None:
    assert "Show on the dashboard" not in admin.page("first_steps").text
    admin.act("first_steps_hiding")
    assert "Show on the dashboard" in admin.page("first_steps").text
    assert 'href="/organisation/first-steps/"' in admin.page("settings").text

    for _time in range(2):
        admin.act("first_steps_bringing_back")
    assert "Hide first steps" in admin.page("dashboard").text
    with scope(organisation):
        assert AuditEntry.objects.filter(action="first_steps.brought_back").count() == 1


def test_an_organisation_of_before_does_not_see_them(admin: Staff, organisation: Any) -> None:
    Organisation.objects.update(shows_first_steps=False)

    assert "First steps" not in admin.page("dashboard").text
