"""Many choose the last places of a session, over real connections (E9, R5)."""

from __future__ import annotations

from itertools import permutations

import pytest

from kring.core.tenancy import scope
from kring.places.models import Claim
from kring.registrations import refusals, sessions
from kring.registrations.models import Registration, SessionBooking
from tests import make
from tests.payments.ordering import order
from tests.places.test_at_once import at_once, without_the_trigger

PEOPLE, PLACES = 32, 5
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(organisation):
    """Registrations of as many different people on one attraction."""
    with scope(organisation):
        attraction = make.attraction()
        made = [Registration.objects.get(line__order=order(attraction=attraction)) for _ in range(PEOPLE)]
        for number, registration in enumerate(made):
            registration.attendee_email = f"person-{number}@example.org"
            registration.save(update_fields=["attendee_email"])
        return made


def rush(organisation, people, wanted):
    def choose(number):
        with scope(organisation):
            try:
                sessions.choose(people[number], wanted(number))
            except (refusals.SessionFull, refusals.ElsewhereThen):
                return False
        return True

    return at_once(choose, len(people))


def test_the_last_five_places_go_to_five_of_thirty_two(organisation, people):
    with scope(organisation):
        knots = make.session(people[0].attraction, capacity=PLACES)

    got = rush(organisation, people, lambda number: [knots])

    with scope(organisation):
        claims, bookings = Claim.objects.filter(pool=knots.pool).count(), SessionBooking.objects.count()
    assert (sum(got), claims, bookings) == (PLACES, PLACES, PLACES)


def test_without_the_trigger_the_same_rush_gives_away_too_many(organisation, people):
    with scope(organisation):
        knots = make.session(people[0].attraction, capacity=PLACES)

    with without_the_trigger():
        got = rush(organisation, people, lambda number: [knots])

    assert sum(got) > PLACES


def test_people_who_change_places_with_each_other_never_lock_each_other_out(organisation, people):
    with scope(organisation):
        attraction = people[0].attraction
        three = [make.session(attraction, hour=hour, capacity=PEOPLE) for hour in range(3)]
        orders = list(permutations(three, 2))
        for number, registration in enumerate(people):
            sessions.choose(registration, orders[number % 6])

    got = rush(organisation, people, lambda number: orders[(number * 5 + 1) % 6])

    with scope(organisation):
        counted = [Claim.objects.filter(pool=each.pool).count() for each in three]
        for each in three:
            each.pool.refresh_from_db()
    assert all(got)
    assert counted == [each.pool.taken for each in three]
    assert sum(counted) == 2 * PEOPLE


def test_one_person_with_many_registrations_is_in_one_place_only(organisation, people):
    with scope(organisation):
        attraction = people[0].attraction
        Registration.objects.update(attendee_email="ada@example.org")
        for registration in people:
            registration.attendee_email = "ada@example.org"
        apart = [make.session(attraction) for _ in people]

    got = rush(organisation, people, lambda number: [apart[number]])

    with scope(organisation):
        assert (sum(got), SessionBooking.objects.count()) == (1, 1)
