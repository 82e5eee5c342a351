"""By when one pays, said in the portal: for all one owes, as long as the settings allow, twice in half a year (C5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.tenancy import scope
from kring.dues.models import Contribution, ReminderPause, ReminderSettings
from tests.dues.reminders import overdue, usual_steps, why_not
from tests.web.my.families import family
from tests.web.reading import words

pytestmark = pytest.mark.django_db
PAGE, PROMISE = "/portal/dues/", "/portal/dues/promise/"


@pytest.fixture
def home(organisation: Any) -> Any:
    return family(organisation)


@pytest.fixture
def owed(home: Any, organisation: Any) -> Contribution:
    with scope(organisation):
        usual_steps()
        return overdue(10, member=home.eva)


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def promise(home: Any, days: int) -> Any:
    return home.mother.post(PROMISE, {"until": in_days(days).isoformat()})


def test_a_day_is_noted_and_nobody_is_reminded_until_then(home, organisation, owed):
    assert "You cannot pay now?" in words(home.mother.get(PAGE))

    assert promise(home, 10).status_code == 302

    with scope(organisation):
        found = ReminderPause.objects.get()
        assert (found.payer_id, found.kind, found.last_day) == (owed.payer_id, "promised", in_days(10))
        assert (found.is_by_payer, why_not()) == (True, ["promised"])
    assert "Until then we do not remind you." in words(home.mother.get(PAGE))


def test_a_third_day_in_half_a_year_is_refused_beside_the_field(home, organisation, owed):
    promise(home, 5)
    promise(home, 6)

    answer = promise(home, 7)

    assert answer.status_code == 422
    assert "You have named a day twice already" in words(answer)


def test_the_settings_say_how_long_and_whether_at_all(home, organisation, owed):
    with scope(organisation):
        ReminderSettings.objects.create(promise_days=7)
    assert promise(home, 8).status_code == 422
    assert promise(home, 7).status_code == 302

    with scope(organisation):
        ReminderPause.objects.all().delete()
        ReminderSettings.objects.update(promise_days=0)
    assert "You cannot pay now?" not in words(home.mother.get(PAGE))
    assert promise(home, 1).status_code == 422
    with scope(organisation):
        assert not ReminderPause.objects.exists()


def test_of_what_others_owe_nobody_promises_anything(home, organisation):
    with scope(organisation):
        overdue(10)

    assert promise(home, 5).status_code == 302

    with scope(organisation):
        assert not ReminderPause.objects.exists()
