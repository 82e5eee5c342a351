"""Price rules made, ordered and tried in the administration (D2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import PriceRule
from kring.forms import form_editing
from kring.forms.sheet import ChoiceWish, QuestionWish
from tests import make
from tests.web.manage.conftest import Staff, url
from tests.web.manage.reading import text

pytestmark = pytest.mark.django_db
STUDENTS = {"name_en": "Students", "name_nl": "Studenten", "effect": "percent_off", "amount": "40", "is_active": "on"}


@pytest.fixture
def attraction(organisation: Any) -> Any:
    """Of an event that people register for already."""
    with scope(organisation):
        make.professions("student")
        return make.attraction(name="Congress day", price="49.95")


def rules(attraction: Any) -> list[PriceRule]:
    with scope(attraction.organisation_id):
        return list(PriceRule.objects.of_event(attraction.event_id))


def rule(attraction: Any, key: str = "profession", /, **fields: Any) -> PriceRule:
    with scope(attraction.organisation_id):
        settings = {"allowed": ["student"]} if key == "profession" else {}
        defaults = {"names": {"en": "Students"}, "effect": "percent_off", "amount": 40, "settings": settings}
        return PriceRule.objects.create(**{"event": attraction.event, "key": key} | defaults | fields)


def test_a_rule_is_chosen_from_a_list_and_said_in_words(organiser: Staff, attraction: Any) -> None:
    event = attraction.event_id
    assert "No rules yet" in text(organiser.page("prices", event))
    assert url("price_rule_add", event, "profession") in organiser.page("price_rule_new", event).content.decode()

    answer = organiser.act("price_rule_add", event, "profession", **STUDENTS, allowed=["student"])

    assert answer.url == url("prices", event)
    [made] = rules(attraction)
    assert (made.names, made.effect, made.amount, made.settings) == (
        {"en": "Students", "nl": "Studenten"},
        "percent_off",
        Decimal("40.00"),
        {"allowed": ["student"]},
    )
    page = text(organiser.page("prices", event))
    assert "Students: 40% off" in page and "How the price is worked out" in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "100,01"}, "amount"),
        ({"amount": "-0.01"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "forty"}, "amount"),
        ({"amount": "123456789"}, "amount"),
        ({"name_en": "", "name_nl": ""}, "name_en"),
        ({"effect": "half"}, "effect"),
        ({"ticket_types": ["99999"]}, "ticket_types"),
        ({"attraction": "99999"}, "attraction"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    organiser: Staff, attraction: Any, given: dict[str, Any], field: str
) -> None:
    answer = organiser.act(
        "price_rule_add", attraction.event_id, "profession", **STUDENTS | {"allowed": ["student"]} | given
    )

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert rules(attraction) == []


def test_so_is_what_makes_none_for_its_condition(organiser: Staff, attraction: Any) -> None:
    answer = organiser.act("price_rule_add", attraction.event_id, "profession", **STUDENTS, allowed=["astronaut"])

    assert answer.status_code == 422
    assert "allowed" in answer.context["of_condition"].errors


def test_a_rule_is_changed_and_keeps_what_it_is_for(organiser: Staff, attraction: Any) -> None:
    with scope(attraction.organisation_id):
        ticket_type = attraction.ticket_types.get()
    made = rule(attraction, event=None, attraction=attraction, ticket_types=[ticket_type.pk])

    organiser.act(
        "price_rule", attraction.event_id, made.pk,
        **STUDENTS | {"amount": "35"}, allowed=["student"], ticket_types=[ticket_type.pk],
    )  # fmt: skip

    [found] = rules(attraction)
    assert (found.amount, found.attraction_id, found.ticket_types) == (35, attraction.pk, [ticket_type.pk])


def test_a_rule_of_another_event_is_not_found_here(organiser: Staff, attraction: Any) -> None:
    with scope(attraction.organisation_id):
        other = make.attraction()
    strange = rule(other)

    for name in ("price_rule", "price_rule_removal"):
        assert organiser.page(name, attraction.event_id, strange.pk).status_code == 404
    assert organiser.act("price_rule_use", attraction.event_id, strange.pk, to="off").status_code == 404
    assert rules(other)[0].is_active


def test_the_order_is_changed_rules_are_switched_off_and_removed(organiser: Staff, attraction: Any) -> None:
    event = attraction.event_id
    first, second = rule(attraction, position=1), rule(attraction, "member", position=2, names={"en": "Members"})

    organiser.act("price_rule_position", event, second.pk, to="up")
    organiser.act("price_rule_use", event, first.pk, to="off")
    assert [(each.pk, each.is_active) for each in rules(attraction)] == [(second.pk, True), (first.pk, False)]
    assert "switched off" in text(organiser.page("prices", event))
    organiser.act("price_rule_use", event, first.pk, to="on")
    assert "keeps its price" in text(organiser.page("price_rule_removal", event, second.pk))
    organiser.act("price_rule_removal", event, second.pk)

    assert [(each.pk, each.is_active) for each in rules(attraction)] == [(first.pk, True)]


def test_something_on_top_is_not_switched_on_where_nobody_could_pay(organiser: Staff, attraction: Any) -> None:
    late = rule(attraction, "member", effect="amount_on_top", amount=5, is_active=False)

    organiser.act("price_rule_use", attraction.event_id, late.pk, to="on")

    assert not rules(attraction)[0].is_active
    assert "Choose a payment method first" in text(organiser.page("prices", attraction.event_id))


def test_the_page_says_which_rules_apply_to_nobody_and_which_are_over(organiser: Staff, attraction: Any) -> None:
    rule(attraction, "answer", settings={"question": "gone", "answers": ["yes"]}, names={"en": "Helpers"})
    rule(attraction, "dates", settings={"after": None, "before": "2020-01-01T00:00:00+01:00"}, names={"en": "Early"})
    rule(attraction, "moon", names={"en": "Moon"})

    page = text(organiser.page("prices", attraction.event_id))

    assert "No form asks its question any more. The rule applies to nobody." in page
    assert "Its condition is not installed any more." in page
    assert "Early: 40% off over" in page


def test_choices_get_amounts_of_their_own_in_two_steps(organiser: Staff, attraction: Any) -> None:
    with scope(attraction.organisation_id):
        choices = (ChoiceWish("Vegan", "vegan"), ChoiceWish("Meat", "meat"))
        meal = QuestionWish(name="meal", label="Meal", type="choice", choices=choices)
        attraction.form = form_editing.create_form("Camp", questions=[meal])
        attraction.save()
        attraction.event.payment_options.create(method="cash")
    where, on_top = ("price_rule_add", attraction.event_id, "answer"), STUDENTS | {"effect": "amount_on_top"}

    first = organiser.act(*where, **on_top, question="meal")
    assert "Choose its answers now, and save again." in str(first.context["of_condition"].errors)
    organiser.act(*where, **on_top, question="meal", answers=["vegan", "meat"], cost_vegan="2.50")

    assert rules(attraction)[0].settings == {
        "question": "meal",
        "answers": ["vegan", "meat"],
        "costs": {"vegan": "2.50"},
        "labels": {"": "Meal", "vegan": "Vegan", "meat": "Meat"},
    }
    assert "€2.50 – €40.00 on top" in text(organiser.page("prices", attraction.event_id))


class TestWhoWouldPayWhat:
    def test_only_facts_that_the_rules_use_are_asked_for(self, organiser: Staff, attraction: Any) -> None:
        rule(attraction)
        rule(attraction, "people", settings={"fewest": 5})

        page = organiser.page("price_check", attraction.event_id)

        assert list(page.context["form"].fields) == ["attraction", "profession", "people"]

    def test_it_says_price_base_and_the_rules_applied(self, organiser: Staff, attraction: Any) -> None:
        rule(attraction)
        rule(attraction, "people", settings={"fewest": 5}, names={"en": "Groups"}, effect="amount_off", amount=1,
             combines=True)  # fmt: skip
        facts = {"attraction": attraction.pk, "profession": "student", "people": 5}

        page = text(organiser.act("price_check", attraction.event_id, **facts))
        alone = text(organiser.act("price_check", attraction.event_id, **facts | {"people": 1, "profession": ""}))

        assert "€49.95 Students: -€19.98 Groups: -€1.00 €28.97" in page
        assert "€49.95 – €49.95" in alone

    def test_each_kind_of_fact_counts(self, organiser: Staff, attraction: Any) -> None:
        with scope(attraction.organisation_id):
            choices = (ChoiceWish("Vegan", "vegan"), ChoiceWish("Meat", "meat"))
            meal = QuestionWish(name="meal", label="Meal", type="choice", choices=choices)
            attraction.form = form_editing.create_form("Camp", questions=[meal])
            attraction.save()
            pool = make.pool(1)
        off = {"effect": "amount_off", "amount": 1, "combines": True}
        rule(attraction, "member", **off)
        rule(attraction, "age", settings={"youngest": None, "oldest": 11}, **off)
        rule(attraction, "dates", settings={"after": None, "before": "2020-01-01T00:00:00+01:00"}, **off)
        rule(attraction, "answer", settings={"question": "meal", "answers": ["vegan"], "costs": {}}, **off)
        first = rule(attraction, "first", settings={"places": 1}, pool=pool, **off)
        facts = {"attraction": attraction.pk, "is_member": "on", "birth_date": "2020-01-01", "at": "2019-12-31T12:00",
                 "answer_meal": ["vegan"], "pools": [first.pk]}  # fmt: skip

        prices = [
            organiser.act("price_check", attraction.event_id, **facts | without).context["results"][0].quote.price
            for without in (
                {}, {"is_member": ""}, {"birth_date": "2000-01-01"}, {"at": ""},
                {"answer_meal": ["meat"]}, {"pools": []}
            )
        ]  # fmt: skip

        assert prices == [Decimal("44.95"), *5 * [Decimal("45.95")]]


def test_a_rule_whose_ticket_types_are_gone_is_for_none_also_after_it_was_renamed(
    organiser: Staff, attraction: Any
) -> None:
    made = rule(attraction, ticket_types=[10**9])
    row = attraction.event_id, made.pk

    organiser.act("price_rule", *row, **STUDENTS | {"name_en": "Crew"}, allowed=["student"])

    [now] = rules(attraction)
    assert (now.name, now.ticket_types) == ("Crew", [10**9])
