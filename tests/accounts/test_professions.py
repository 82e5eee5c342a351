"""D2: professions are the organisation's own list; other rows hold a key that never changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from kring.accounts import professions
from kring.accounts.models import Profession, Profile
from kring.core.tenancy import scope
from kring.events.eligibility import asking_profession
from kring.events.models import EligibilityRule
from kring.forms import basic, form_editing
from kring.organisations.models import AuditEntry
from tests import make
from tests.refusing import refuses
from tests.registrations.tickets import make_registration

pytestmark = pytest.mark.django_db


def test_a_new_organisation_has_none_and_asks_nobody(in_scope: Any) -> None:
    attraction = make.attraction()
    EligibilityRule.objects.create(attraction=attraction, key="profession", settings={"allowed": ["arts"]})

    assert professions.choices() == []
    assert not asking_profession.is_asked_somewhere()
    assert not asking_profession.is_asked(attraction.event_id, attraction.pk)

    [doctor] = make.professions("arts")
    assert asking_profession.is_asked(attraction.event_id, attraction.pk)
    professions.change(doctor, is_active=False)
    assert not asking_profession.is_asked(attraction.event_id, attraction.pk)


def test_the_list_of_another_organisation_is_another(organisation: Any) -> None:
    with scope(organisation):
        make.professions("arts")
    with scope(make.organisation()):
        assert professions.choices() == []
        make.professions("arts", "student")
        assert [key for key, _name in professions.choices()] == ["arts", "student"]


def test_names_and_notes_are_in_the_readers_language_else_in_another(in_scope: Any) -> None:
    professions.add(key="student", names={"en": "student", "pl": "studentka"}, notes={"nl": "Toon je pas"})

    for language, name in (("en", "student"), ("pl", "studentka"), ("nl", "student")):
        with translation.override(language):
            assert professions.label("student") == name
            assert professions.LABELS["student"] == name
            assert professions.note("student") == "Toon je pas"
    assert (professions.label("alchemist"), professions.note("alchemist"), professions.label("")) == (
        "alchemist",
        "",
        "",
    )


def test_one_that_is_no_longer_offered_stays_with_who_has_it(in_scope: Any) -> None:
    doctor, _student = make.professions("arts", "student")
    professions.change(doctor, is_active=False)

    assert professions.choices() == [("student", "student")]
    assert professions.choices(including="arts") == [("arts", "arts"), ("student", "student")]
    assert professions.choices(including="alchemist")[-1] == ("alchemist", "alchemist")
    assert professions.label("arts") == "arts"
    professions.demand_offered("arts", stored="arts")
    with refuses(professions.UnknownProfession):
        professions.demand_offered("arts")


@pytest.mark.parametrize("where", ["profile", "registration", "rule", "form"])
def test_one_in_use_cannot_be_removed(in_scope: Any, where: str) -> None:
    doctor, student = make.professions("arts", "student")
    match where:
        case "profile":
            Profile.objects.create(user=make.user(), profession="arts")
        case "registration":
            make_registration(profession="arts")
        case "rule":
            EligibilityRule.objects.create(
                attraction=make.attraction(), key="profession", settings={"allowed": ["arts"]}
            )
        case _:
            form_editing.create_form("Who", questions=[basic.known_question("profession")])

    with refuses(professions.ProfessionInUse):
        professions.remove(doctor)
    if where != "form":
        professions.remove(student)
        assert [key for key, _name in professions.choices()] == ["arts"]


def test_a_key_is_taken_once_and_changes_are_logged(in_scope: Any) -> None:
    [doctor] = make.professions("arts")
    with refuses(professions.KeyTaken):
        make.professions("arts")
    with pytest.raises(IntegrityError, match="profession_key_is_unique"), transaction.atomic():
        Profession.objects.create(key="arts", names={"en": "another"})
    assert not professions.change(doctor, names={"en": "arts"})
    professions.change(doctor, names={"en": "doctor"})

    assert professions.label("arts") == "doctor"
    changed = AuditEntry.objects.get(action="profession.changed")
    assert (changed.old, changed.new) == ({"names": {"en": "arts"}}, {"names": {"en": "doctor"}})


def test_they_are_moved_one_place(in_scope: Any) -> None:
    first, _second, third = make.professions("a", "b", "c")

    professions.move(third, up=True)
    professions.move(first, up=True)

    assert [key for key, _name in professions.choices()] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("email", "is_email_proved", "is_proven"),
    [
        ("marie@student.example.org", True, True),
        ("Marie@STUDENT.example.org", True, True),
        # Only typed.
        ("marie@student.example.org", False, False),
        ("marie@example.org", True, False),
        ("marie@alumni.student.example.org", True, False),
        ("marie@student.example.org.evil.example", True, False),
        ("", True, False),
    ],
)
def test_a_confirmed_address_at_a_listed_domain_proves_it(
    in_scope: Any, email: str, is_email_proved: bool, is_proven: bool
) -> None:
    make.professions("student", proof="address", domains=["student.example.org"])

    assert professions.is_proven("student", email=email, is_email_proved=is_email_proved) == is_proven


def test_a_word_of_honour_is_enough_only_where_the_list_says_so(in_scope: Any) -> None:
    make.professions("arts")

    assert professions.is_proven("arts", email="", is_email_proved=False)
    assert not professions.is_proven("alchemist", email="", is_email_proved=True)
    with pytest.raises(IntegrityError, match="profession_has_domains_for_its_proof"), transaction.atomic():
        Profession.objects.create(key="student", names={"en": "student"}, proof="address")


def test_without_a_list_no_form_is_offered_the_question(in_scope: Any) -> None:
    form = form_editing.create_form("Who", questions=[])
    assert "profession" not in basic.known_to_offer(form)

    make.professions("arts")
    assert "profession" in basic.known_to_offer(form)
