"""What the database keeps of teams, and what a team costs (R8)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.integrity_errors import violated_constraint
from kring.registrations import booking, cancelling, pricing
from kring.registrations.models import Registration, Team
from kring.registrations.teams import refusals
from tests import make
from tests.payments.ordering import fresh
from tests.refusing import refuses
from tests.registrations import price_rules
from tests.registrations.teams.registering import for_teams, register

pytestmark = pytest.mark.django_db
FIVE = ("Jan", "Piet", "Klaas", "Ada", "Ida")


@pytest.fixture
def camp(in_scope):
    return for_teams(make.attraction(capacity=20, price="50"), smallest=2, largest=5)


def breaks(constraint, act):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    assert violated_constraint(caught.value) == constraint


def let_expire(order):
    past = timezone.now() - timedelta(seconds=1)
    Order.objects.filter(pk=order.pk).update(expires_at=past)
    settling.expire(fresh(order))


def test_a_team_has_places_for_all_or_none(camp):
    camp.pool.capacity = 3
    camp.pool.save()

    with refuses(refusals.TooFewPlacesForTeam) as refused:
        register(camp, *FIVE)

    assert str(refused.value) == "There are 3 places left, and here are 5 people. Nobody was registered."
    assert not Registration.objects.exists()


def test_the_database_lets_no_team_grow_beyond_what_its_attraction_lets_it_have(camp):
    order = register(camp, *FIVE)
    [first, *_] = Registration.objects.order_by("pk")
    more = register(camp, "Max", "Bo", name="The Owls")
    line = Registration.objects.filter(line__order=more).first().line

    def slip_in():
        Registration.objects.filter(line=line).delete()
        Registration.objects.create(
            line=line, event=camp.event, attraction=camp, ticket_type=first.ticket_type, team=first.team
        )

    breaks("team_is_not_too_large", slip_in)
    assert Registration.objects.filter(line__order=order).count() == 5


def test_nobody_joins_a_team_of_another_attraction(camp):
    register(camp, "Jan", "Piet")
    other = for_teams(make.attraction(event=camp.event))
    register(other, "Max", name="The Owls")
    line = Registration.objects.get(attendee_name="Max").line

    def slip_in():
        Registration.objects.filter(line=line).delete()
        type = other.ticket_types.get()
        Registration.objects.create(
            line=line, event=camp.event, attraction=other, ticket_type=type, team=Team.objects.get(name="The Foxes")
        )

    breaks("team_is_of_the_attraction", slip_in)


def test_both_numbers_of_teams_are_there_or_none_and_they_fit(camp):
    for fewest, most in ((2, None), (None, 5), (5, 4), (0, 4), (1, 101)):

        def write(fewest=fewest, most=most):
            type(camp).objects.filter(pk=camp.pk).update(smallest_team=fewest, largest_team=most)

        breaks("attraction_numbers_of_teams_fit", write)


def test_names_differ_by_more_than_their_case_among_those_that_come(camp):
    order = register(camp, "Jan", "Piet")
    with refuses(refusals.TeamNameTaken):
        register(camp, "Max", "Bo", name="the FOXES")

    let_expire(order)

    assert Team.objects.get().is_over
    register(camp, "Max", "Bo", name="the FOXES")


def test_late_money_brings_a_team_back_and_another_name_with_it_where_its_own_is_taken(camp):
    order = register(camp, "Jan", "Piet")
    let_expire(order)
    register(camp, "Max", "Bo")

    late = settling.settle(fresh(order), reason="Paid in cash")

    team = Team.objects.get(order=order)
    assert (late.state, team.is_over, team.name) == (Order.State.PAID, False, f"The Foxes ({team.pk})")


def test_who_stays_keeps_the_group_price_when_somebody_is_cancelled_before_or_after_it_is_paid(camp):
    price_rules.rule(camp.event, "people", effect="fixed", amount="40", settings={"fewest": 5})
    order = register(camp, *FIVE)
    people = list(Registration.objects.select_related("line__order", "event", "attraction").order_by("pk"))

    cancelling.cancel(people[0], reason="Ill")
    pricing.price_anew(fresh(order), people[1:])
    before = fresh(order).total
    settling.settle(fresh(order), reason="Cash")
    cancelling.cancel(Registration.objects.get(pk=people[1].pk), reason="Ill")

    assert (order.total, before, fresh(order).total) == (Decimal(200), Decimal(160), Decimal(120))


def test_a_team_has_days_to_complete_what_is_missing(camp):
    order = register(camp, "Jan", "Piet")
    left = order.expires_at - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(days=booking.DAYS_FOR_A_TEAM)


@pytest.mark.parametrize("is_known", [False, True])
def test_a_typed_address_alone_keeps_scarce_places_for_half_an_hour_and_not_for_days(camp, is_known):
    camp.pool.capacity = 6
    camp.pool.save()
    leader = make.user(email="leader@example.org") if is_known else None

    order = register(camp, *FIVE, leader_email="leader@example.org", user=leader)

    [until] = set(Registration.objects.values_list("hold__expires_at", flat=True))
    assert until == order.expires_at
    assert (until - timezone.now() > timedelta(minutes=31)) is is_known
