"""Making, changing, ordering and removing price rules, at any time (D2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from kring.events import copying, editing_parts, lifecycle, zones
from kring.events.models import Event, PriceRule
from kring.events.pricing import price_list, ruling
from kring.events.pricing.conditions import UnknownCondition
from kring.events.pricing.ruling import AmountWrong, RuleWish, StrangeTicketType, TooManyPriceRules
from kring.events.refusals import NoWayToPay, WaitsForApproval
from kring.forms import form_editing
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.organisations.models import AuditEntry
from kring.places import claiming
from kring.places.models import Pool
from kring.places.refusals import TooFewPlaces
from tests import make
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
STUDENTS = RuleWish({"en": "Students"}, "percent_off", Decimal(40), {"allowed": ["student"]})
FIRST = RuleWish({"en": "Quick"}, "fixed", Decimal(20), {"places": 2})
MEMBERS = RuleWish({"en": "Members"}, "amount_off", Decimal("2.50"))
LATE = RuleWish({"en": "Late"}, "amount_on_top", Decimal("2.50"))
CHOICES = (ChoiceWish("Vegan", "vegan"), ChoiceWish("Meat", "meat"))


@pytest.fixture
def attraction(in_scope):
    return make.attraction(price="50")


@pytest.fixture
def event(attraction):
    return attraction.event


def rows(event):
    return [each.name for each in PriceRule.objects.of_event(event)]


def changed(wish, **fields):
    return RuleWish(**{name: getattr(wish, name) for name in wish.__dataclass_fields__} | fields)


def test_rules_are_added_at_the_end_of_one_list_of_the_event_and_its_attractions(event, attraction):
    first = ruling.add_rule(event, attraction, "profession", STUDENTS)
    second = ruling.add_rule(event, None, "member", MEMBERS)

    assert (first.attraction, first.event, second.event) == (attraction, None, event)
    assert rows(event) == ["Students", "Members"]
    # Whoever goes on with this object asks them.
    assert [each.id for each in price_list.rules_of(event)] == [first.pk, second.pk]


def test_a_rule_moves_up_and_down_and_no_further(event, attraction):
    ruling.add_rule(event, attraction, "profession", STUDENTS)
    members = ruling.add_rule(event, None, "member", MEMBERS)

    ruling.move_rule(event, members, up=True)
    ruling.move_rule(event, members, up=True)

    assert rows(event) == ["Members", "Students"]


def test_it_is_changed_switched_off_and_removed_at_any_time(event):
    Event.objects.filter(pk=event.pk).update(state="open")
    event.refresh_from_db()
    rule = ruling.add_rule(event, None, "profession", STUDENTS)

    assert ruling.change_rule(event, rule, changed(STUDENTS, amount=Decimal(50)))
    assert not ruling.change_rule(event, rule, changed(STUDENTS, amount=Decimal(50)))
    ruling.switch_rule(event, rule, on=False)
    assert price_list.rules_of(event) == ()
    ruling.switch_rule(event, rule, on=True)
    assert [each.amount for each in price_list.rules_of(event)] == [Decimal(50)]
    ruling.remove_rule(event, rule)

    assert rows(event) == []
    acts = AuditEntry.objects.filter(action__startswith="price_rule.").order_by("pk")
    assert [(each.action, each.old, each.new) for each in acts][1:4] == [
        ("price_rule.changed", {"amount": "40"}, {"amount": "50"}),
        ("price_rule.changed", {"in_use": True}, {"in_use": False}),
        ("price_rule.changed", {"in_use": False}, {"in_use": True}),
    ]


def test_only_not_while_the_event_awaits_approval(event):
    rule = ruling.add_rule(event, None, "profession", STUDENTS)
    Event.objects.filter(pk=event.pk).update(state="pending")
    event.refresh_from_db()

    with refuses(WaitsForApproval):
        ruling.add_rule(event, None, "member", MEMBERS)
    with refuses(WaitsForApproval):
        ruling.remove_rule(event, rule)


@pytest.mark.parametrize(
    ("effect", "amount", "settings"),
    [
        ("percent_off", "100.01", {}),
        ("percent_on_top", "101", {}),
        ("percent_off", "0", {}),
        ("amount_off", "-0.01", {}),
        ("fixed", "-0.01", {}),
        ("percent_off", "10", {"question": "meal", "answers": ["vegan"], "costs": {"vegan": "101"}}),
        ("amount_off", "10", {"question": "meal", "answers": ["vegan"], "costs": {"vegan": "-1"}}),
    ],
)
def test_amounts_that_cannot_be_are_refused(event, effect, amount, settings):
    with refuses(AmountWrong):
        ruling.add_rule(event, None, "answer", RuleWish({"en": "x"}, effect, Decimal(amount), settings))


def test_unknown_conditions_and_ticket_types_of_others_are_refused(event, attraction):
    other = make.ticket_type(make.attraction(event=event))

    with refuses(UnknownCondition):
        ruling.add_rule(event, None, "colour_of_hair", STUDENTS)
    with refuses(StrangeTicketType):
        ruling.add_rule(event, attraction, "member", changed(MEMBERS, ticket_types=[other.pk]))
    ruling.add_rule(event, None, "member", changed(MEMBERS, ticket_types=[other.pk]))


def test_there_are_so_many_rules_and_no_more(event, monkeypatch):
    monkeypatch.setattr(ruling, "MOST", 1)
    ruling.add_rule(event, None, "member", MEMBERS)

    with refuses(TooManyPriceRules):
        ruling.add_rule(event, None, "member", MEMBERS)


def test_something_on_top_needs_a_way_to_pay_once_the_event_is_public(event):
    Event.objects.filter(pk=event.pk).update(state="open")
    event.refresh_from_db()

    with refuses(NoWayToPay):
        ruling.add_rule(event, None, "member", LATE)
    event.payment_options.create(method="cash")
    ruling.add_rule(event, None, "member", LATE)


def test_a_free_event_with_something_on_top_is_not_submitted_without_a_way_to_pay(in_scope):
    event = make.attraction(price="0", event=make.event(state="new")).event
    assert not any(isinstance(each, NoWayToPay) for each in lifecycle.missing(event))

    ruling.add_rule(event, None, "member", LATE)

    assert any(isinstance(each, NoWayToPay) for each in lifecycle.missing(event))


class TestTheFirstSoMany:
    def test_have_places_of_their_own_whose_number_follows_the_rule(self, event):
        rule = ruling.add_rule(event, None, "first", FIRST)
        assert rule.pool.capacity == 2

        ruling.change_rule(event, rule, changed(FIRST, settings={"places": 5}))

        assert Pool.objects.get(pk=rule.pool_id).capacity == 5

    def test_not_below_what_is_taken(self, event):
        rule = ruling.add_rule(event, None, "first", FIRST)
        claiming.claim([[rule.pool], [rule.pool]], expires_at=None)

        with refuses(TooFewPlaces):
            ruling.change_rule(event, rule, changed(FIRST, settings={"places": 1}))

    def test_go_with_the_rule_or_its_attraction(self, event, attraction):
        other = make.attraction(event=event)
        pools = [ruling.add_rule(event, part, "first", FIRST).pool_id for part in (None, other)]

        ruling.remove_rule(event, PriceRule.objects.get(pool=pools[0]))
        editing_parts.remove_attraction(other)

        assert not Pool.objects.filter(pk__in=pools).exists()


class TestBroken:
    @pytest.fixture
    def form(self, attraction):
        meal = QuestionWish(name="meal", label="Meal", type="choice", choices=CHOICES)
        attraction.form = form_editing.create_form("Camp", questions=[meal])
        attraction.save()
        return attraction.form

    def test_a_rule_on_a_question_that_was_removed_applies_to_nobody_and_says_so(self, event, attraction, form):
        make.attraction(event=event)
        settings = {"question": "meal", "answers": ["vegan"], "costs": {}}
        rule = ruling.add_rule(event, None, "answer", changed(MEMBERS, settings=settings))
        assert ruling.broken(event, [rule]) == {}

        form_editing.replace_questions(form, [QuestionWish(name="size", label="Size", type="text")])

        assert ruling.broken(event, [rule]) == {rule.pk: "No form asks its question any more."}

    def test_so_does_one_whose_ticket_types_are_gone_or_whose_condition_is(self, event, attraction):
        ruling.add_rule(event, None, "member", MEMBERS)
        gone = PriceRule.objects.create(
            event=event, key="member", names={"en": "a"}, effect="fixed", amount=1, ticket_types=[1 << 40]
        )
        unknown = PriceRule.objects.create(event=event, key="moon", names={"en": "b"}, effect="fixed", amount=1)

        assert ruling.broken(event, list(PriceRule.objects.of_event(event))) == {
            gone.pk: "The ticket types it was for have been removed.",
            unknown.pk: "Its condition is not installed any more.",
        }


class TestCopying:
    def test_a_copy_has_the_same_rules_for_its_own_parts(self, event, attraction):
        ticket_type = attraction.ticket_types.get()
        early = {"after": None, "before": (event.starts_at - timedelta(days=30)).isoformat()}
        ruling.add_rule(event, None, "dates", changed(STUDENTS, settings=early, ticket_types=[ticket_type.pk]))
        first = ruling.add_rule(event, attraction, "first", FIRST)
        claiming.claim([[first.pool]], expires_at=None)

        new = copying.copy(event, name="Next", starts_on=timezone.localdate(event.starts_at) + timedelta(days=364))

        part = new.attractions.get()
        of_event, of_part = PriceRule.objects.of_event(new)
        assert of_event.ticket_types == [part.ticket_types.get().pk]
        shifted = datetime.fromisoformat(of_event.settings["before"])
        assert abs(shifted - (new.starts_at - timedelta(days=30))) <= timedelta(hours=1)
        assert (of_part.attraction, of_part.pool.capacity, of_part.pool.taken) == (part, 2, 0)
        assert of_part.pool_id != first.pool_id
        assert Event.objects.get(pk=new.pk).has_price_rules

    def test_a_rule_for_types_that_are_gone_stays_one_for_none(self, event, attraction):
        PriceRule.objects.create(
            event=event, key="member", names={"en": "a"}, effect="fixed", amount=1, ticket_types=[1 << 40]
        )

        new = copying.copy(event, name="Next", starts_on=timezone.localdate(event.starts_at) + timedelta(days=364))

        assert PriceRule.objects.of_event(new).get().ticket_types == []


def test_an_early_bird_keeps_its_local_time_when_the_organisation_changes_its_zone(event, organisation):
    ahead = timezone.now() + timedelta(days=10)
    before = ahead.astimezone(organisation.zone).replace(hour=12, minute=0, second=0, microsecond=0)
    rule = ruling.add_rule(
        event, None, "dates", changed(STUDENTS, settings={"after": None, "before": before.isoformat()})
    )

    zones.change_with_events(organisation, keep_the_clock=True, time_zone="America/New_York")

    rule.refresh_from_db()
    moved = datetime.fromisoformat(rule.settings["before"])
    assert moved.astimezone(ZoneInfo("America/New_York")).hour == 12
    assert moved.astimezone(UTC) != before.astimezone(UTC)
