"""D2: who used the fixed list of before keeps it as their own; nobody else gets one, and nothing is given twice."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from kring.accounts import professions
from kring.accounts.models import Profile
from kring.core.tenancy import forget_remembered, scope
from kring.events.models import EligibilityRule
from kring.forms import form_editing
from kring.forms.sheet import QuestionWish
from tests import make
from tests.architecture.catalogue import as_owner
from tests.registrations.tickets import make_registration

pytestmark = pytest.mark.django_db
PROFESSIONS = import_module("kring.waiting.migrations.0005_professions_in_use").PROFESSIONS
SEVEN = ["therapeut", "dietist", "leefstijlcoach", "arts", "onderzoeker", "student", "anders"]


def use_in_a_registration() -> None:
    make_registration(profession="arts")


def use_in_a_profile() -> None:
    Profile.objects.create(user=make.user(), profession="student")


def use_in_a_rule() -> None:
    EligibilityRule.objects.create(attraction=make.attraction(), key="profession", settings={"allowed": ["arts"]})


def use_in_a_form() -> None:
    form_editing.create_form("Who", questions=[QuestionWish(name="profession")])


def use_nowhere() -> None:
    make_registration()
    Profile.objects.create(user=make.user(), profession="")


@pytest.mark.parametrize(
    ("use", "listed"),
    [
        (use_in_a_registration, SEVEN),
        (use_in_a_profile, SEVEN),
        (use_in_a_rule, SEVEN),
        (use_in_a_form, SEVEN),
        (use_nowhere, []),
    ],
)
def test_who_used_the_fixed_list_keeps_it(organisation, use, listed):
    with scope(organisation):
        use()

    for _time in range(2):
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(PROFESSIONS)

    with scope(organisation):
        forget_remembered("professions")
        assert [key for key, _name in professions.choices()] == listed
        assert professions.note("student") == ("Please show your student card." if listed else "")
    with scope(make.organisation()):
        assert professions.choices() == []
