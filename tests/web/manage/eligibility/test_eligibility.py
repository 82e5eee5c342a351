"""Eligibility rules, set and tried in the administration (V1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.core.tenancy import scope
from kring.events.eligibility import reference
from kring.events.models import EligibilityRule, Event, RegistryAnswer
from kring.forms import basic
from kring.forms.models import Form
from tests import make
from tests.fakes.registry import Registry
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import errors, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def attraction(organisation: Any) -> Any:
    """Of an event that is still being made."""
    with scope(organisation):
        return make.attraction(name="Rally", event=make.event(state=Event.State.NEW))


def rules(attraction: Any) -> list[tuple[Any, ...]]:
    with scope(attraction.organisation_id):
        rows = EligibilityRule.objects.order_by("position", "pk")
        return [(row.key, row.settings, row.stage, row.attraction_id) for row in rows]


def test_a_rule_is_chosen_from_a_list_and_added(organiser: Staff, attraction: Any) -> None:
    where = url("rule_add", attraction.event_id, "age")

    chosen = organiser.get(url("rule_new", attraction.event_id), {"attraction": attraction.pk})
    assert f'{where}?attraction={attraction.pk}"' in chosen.content.decode()
    response = organiser.post(f"{where}?attraction={attraction.pk}", {"youngest": 16, "oldest": 25, "stage": "before"})

    assert response.url == url("eligibility", attraction.event_id)
    assert rules(attraction) == [("age", {"youngest": 16, "oldest": 25}, "before", attraction.pk)]
    assert "Aged 16 to 25 at the start of the event" in text(organiser.get(response.url))


def test_a_rule_without_an_attraction_is_for_the_whole_event(organiser: Staff, attraction: Any) -> None:
    organiser.act("rule_add", attraction.event_id, "member", stage="after")

    assert rules(attraction) == [("member", {}, "after", None)]


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        ("age", {"youngest": 25, "oldest": 16, "stage": "before"}, "oldest"),
        ("age", {"youngest": "sixteen", "stage": "before"}, "youngest"),
        ("scout_rank", {"stage": "before"}, "allowed"),
        ("registry", {"address": "https://user:pass@example.org/", "stage": "before"}, "address"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(
    organiser: Staff, attraction: Any, key: str, typed: dict[str, Any], field: str
) -> None:
    response = organiser.act("rule_add", attraction.event_id, key, **typed)

    assert response.status_code == 422
    assert errors(response)
    assert rules(attraction) == []


def test_a_rule_is_changed_moved_and_removed(organiser: Staff, attraction: Any) -> None:
    event = attraction.event_id
    organiser.act("rule_add", event, "age", youngest=16, stage="before")
    organiser.act("rule_add", event, "pesel", stage="before")
    with scope(attraction.organisation_id):
        age, pesel = EligibilityRule.objects.order_by("pk").values_list("pk", flat=True)

    organiser.act("rule", event, age, youngest=18, stage="after")
    organiser.act("rule_position", event, pesel, to="up")
    assert rules(attraction) == [
        ("pesel", {}, "before", None),
        ("age", {"youngest": 18, "oldest": None}, "after", None),
    ]
    organiser.act("rule_removal", event, pesel)

    assert [row[0] for row in rules(attraction)] == ["age"]


@pytest.mark.parametrize("name", ["rule_add", "rule", "rule_removal", "rule_position"])
def test_once_people_may_register_the_rules_stay(organiser: Staff, attraction: Any, name: str) -> None:
    organiser.organisation.events_locked_once_accepted = True
    organiser.organisation.save()
    organiser.act("rule_add", attraction.event_id, "age", youngest=16, stage="before")
    before = rules(attraction)
    with scope(attraction.organisation_id):
        Event.objects.update(state=Event.State.ACCEPTED)
        row = EligibilityRule.objects.get()

    last = "pesel" if name == "rule_add" else row.pk
    response = organiser.act(name, attraction.event_id, last, youngest=30, stage="before", to="up")

    assert response.status_code in (409, 422)
    assert rules(attraction) == before
    assert "Add rule" not in text(organiser.page("eligibility", attraction.event_id))


def test_a_question_that_no_form_asks_is_missed(organiser: Staff, attraction: Any) -> None:
    organiser.act("rule_add", attraction.event_id, "age", youngest=16, stage="before")
    missed = "No form asks for “Date of birth” or “PESEL number”"

    assert missed in text(organiser.page("eligibility", attraction.event_id))
    with scope(attraction.organisation_id):
        basic.choose("scouts")
        assert Form.objects.count() == 1
    assert missed not in text(organiser.page("eligibility", attraction.event_id))


def test_a_rule_of_another_event_is_not_found(organiser: Staff, attraction: Any) -> None:
    with scope(attraction.organisation_id):
        other = make.event(state=Event.State.NEW)
        row = EligibilityRule.objects.create(event=other, key="member")

    assert organiser.page("rule", attraction.event_id, row.pk).status_code == 404


def test_a_monitor_sees_and_does_not_change(staff: Any, attraction: Any) -> None:
    monitor = staff(Role.Name.MONITOR)

    assert monitor.page("eligibility", attraction.event_id).status_code == 200
    assert monitor.act("rule_add", attraction.event_id, "member", stage="before").status_code == 403


def test_the_list_costs_the_same_for_one_rule_and_for_many(
    organiser: Staff, attraction: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            organiser.page("eligibility", attraction.event_id)
        return len(queries)

    organiser.act("rule_add", attraction.event_id, "member", stage="before")
    one = cost()
    with scope(attraction.organisation_id):
        for _ in range(5):
            more = make.attraction(event=attraction.event)
            EligibilityRule.objects.create(attraction=more, key="pesel")

    assert cost() == one


class TestTrying:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_all_reasons_are_shown_at_once_and_nobody_is_registered(self, organiser: Staff, attraction: Any) -> None:
        with scope(attraction.organisation_id):
            EligibilityRule.objects.create(attraction=attraction, key="age", settings={"youngest": 16, "oldest": None})
            EligibilityRule.objects.create(attraction=attraction, key="member", stage="after")
        born = (timezone.now() - timedelta(days=5 * 365)).date().isoformat()

        seen = text(organiser.act("eligibility_check", attraction.event_id, attraction=attraction.pk, birth_date=born))

        assert "This is for people aged 16 or over" in seen
        assert "This is for members only" in seen

    def test_a_registry_is_really_asked_and_the_log_shown(
        self, organiser: Staff, attraction: Any, settings: Any
    ) -> None:
        settings.PRIVATE_HOSTS = ["127.0.0.1"]
        with Registry() as registry, scope(attraction.organisation_id):
            address = {"address": registry.url, "token": reference.TOKEN}
            EligibilityRule.objects.create(event=attraction.event, key="registry", settings=address)
        anna = {name: reference.PEOPLE[0][name] for name in ("pesel", "first_name", "last_name")}
        with Registry(port=int(registry.url.split(":")[2].split("/")[0])):
            seen = text(organiser.act("eligibility_check", attraction.event_id, attraction=attraction.pk, **anna))

        assert "May register" in seen
        with scope(attraction.organisation_id):
            assert RegistryAnswer.objects.get().asked_by == organiser.user

    def test_who_only_made_the_event_does_not_read_whom_others_asked_about(
        self, organiser: Staff, staff: Any, attraction: Any
    ) -> None:
        maker = staff(Role.Name.MEMBER)
        with scope(attraction.organisation_id):
            Event.objects.update(created_by=maker.user)
            RegistryAnswer.objects.create(registry="r", subject="0" * 64, name="Eve Elsewhere", result="found")

        assert "Eve Elsewhere" in text(organiser.page("eligibility_check", attraction.event_id))
        assert "Eve Elsewhere" not in text(maker.page("eligibility_check", attraction.event_id))

    def test_a_stranger_may_not_try(self, staff: Any, attraction: Any) -> None:
        response = staff(Role.Name.DOOR).act("eligibility_check", attraction.event_id, attraction=attraction.pk)

        assert response.status_code == 403
