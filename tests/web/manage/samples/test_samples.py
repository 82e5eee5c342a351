"""Sample data from the first steps: each page says what will happen, and its button does it (T1)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Event
from kring.members.models import Member
from kring.organisations.models import Organisation
from tests import make
from tests.web.manage.conftest import Staff


@pytest.fixture(autouse=True)
def is_new(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(shows_first_steps=True, bank_account="", mail_from="")


def made(organisation: Any) -> tuple[int, int]:
    with scope(organisation):
        return Event.objects.count(), Member.objects.count()


def test_one_click_adds_it_and_one_removes_it(admin: Staff, organisation: Any) -> None:
    assert "Add sample data" in admin.page("dashboard").text
    assert "a draft, which nobody else sees" in admin.page("samples_adding").text
    assert made(organisation) == (0, 0)

    admin.act("samples_adding")
    assert made(organisation) == (1, 10)
    assert "Remove sample data" in admin.page("dashboard").text
    assert "Sample event: members’ evening" in admin.page("events").text

    asked = admin.page("samples_removal").text
    assert "Removed for good: Sample event: members’ evening" in asked
    assert "10 sample members" in asked
    admin.act("samples_removal")
    assert made(organisation) == (0, 0)


def test_pressed_twice_it_is_there_once_and_gone_once(admin: Staff, organisation: Any) -> None:
    for _time in range(2):
        admin.act("samples_adding")
    assert made(organisation) == (1, 10)
    for _time in range(2):
        admin.act("samples_removal")
    assert made(organisation) == (0, 0)


def test_it_ticks_no_step(admin: Staff, organisation: Any) -> None:
    admin.act("samples_adding")
    with scope(organisation):
        Event.objects.update(state=Event.State.OPEN)

    steps = admin.page("dashboard").context["first_steps"]
    assert [step.title for step in steps if step.is_done] == []
    with scope(organisation):
        make.member()
    steps = admin.page("dashboard").context["first_steps"]
    assert [step.title for step in steps if step.is_done] == ["Bring your members"]


def test_what_stays_is_said_before_and_after(admin: Staff, organisation: Any) -> None:
    admin.act("samples_adding")
    with scope(organisation):
        Member.objects.filter(first_name="Ben").update(user=make.user())
    sentence = "Ben Sample stays, and is yours from now on: a login belongs to them."

    assert sentence in admin.page("samples_removal").text
    admin.act("samples_removal")
    assert sentence in admin.page("first_steps").text
    assert made(organisation) == (0, 1)
