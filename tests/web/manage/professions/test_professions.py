"""The organisation's own list of professions, kept by an administrator (D2)."""

from __future__ import annotations

import pytest

from kring.accounts import professions
from kring.accounts.models import Profession, Profile
from kring.core.tenancy import scope
from kring.events.models import EligibilityRule
from tests import make
from tests.web.manage.conftest import Staff, url
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db

STUDENT = {"name_en": "Student", "name_nl": "Student", "note_en": "Show your card", "proof": "word", "is_active": "on"}


def test_one_is_added_with_a_key_from_its_name_and_shown_in_the_list(admin: Staff) -> None:
    assert "There are no professions yet" in words(admin.page("professions"))

    answer = admin.post("/organisation/settings/professions/new/", {"name_pl": "Żłobek – opiekun", "proof": "word"})

    assert answer.status_code == 302
    with scope(admin.organisation):
        made = Profession.objects.get()
        assert (made.key, made.names, made.is_active) == ("zlobek-opiekun", {"pl": "Żłobek – opiekun"}, False)
    assert "Żłobek – opiekun" in words(admin.page("professions")) and "no longer offered" in words(
        admin.page("professions")
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name_en": "", "name_nl": ""}, "name_en"),
        ({"key": "student"}, "key"),
        ({"key": "With spaces"}, "key"),
        ({"proof": "address"}, "domains"),
        ({"proof": "address", "domains": "no domain!"}, "domains"),
        ({"proof": "magic"}, "proof"),
        ({"name_en": "x" * 101}, "name_en"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(admin: Staff, given: dict[str, str], field: str) -> None:
    with scope(admin.organisation):
        make.professions("student")

    answer = admin.act("profession_new", **STUDENT | given)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_domains_are_kept_as_addresses_are(admin: Staff) -> None:
    admin.act("profession_new", **STUDENT, domains="@Student.Example.ORG\nmünchen.example, student.example.org")

    with scope(admin.organisation):
        assert Profession.objects.get().domains == ["student.example.org", "xn--mnchen-3ya.example"]


def test_one_in_use_stays_and_is_only_no_longer_offered(admin: Staff) -> None:
    with scope(admin.organisation):
        [student] = make.professions("student")
        Profile.objects.create(user=make.user(), profession="student")

    refused = admin.act("profession_removal", student.pk)
    assert refused.headers["Location"] == url("profession", student.pk)
    assert "is in use and cannot be removed" in words(admin.page("profession", student.pk))
    changed = admin.act("profession", student.pk, name_en="Student", proof="word")

    assert changed.status_code == 302
    with scope(admin.organisation):
        assert professions.choices() == []
        assert Profession.objects.get().key == "student"


def test_they_are_put_in_order_and_removed(admin: Staff) -> None:
    with scope(admin.organisation):
        _first, second = make.professions("a", "b")

    admin.act("profession_position", second.pk, to="up")
    admin.act("profession_removal", _first.pk)

    with scope(admin.organisation):
        assert professions.choices() == [("b", "b")]


def test_rules_and_filters_offer_the_list(admin: Staff) -> None:
    with scope(admin.organisation):
        attraction = make.attraction()
        make.professions("arts", "student")
        EligibilityRule.objects.create(event=attraction.event, key="profession", settings={"allowed": ["arts"]})

    page = words(admin.page("rule_add", attraction.event_id, "profession"))
    tried = fields(admin.page("eligibility_check", attraction.event_id))

    assert "arts" in page and "student" in page
    assert "profession" in tried
