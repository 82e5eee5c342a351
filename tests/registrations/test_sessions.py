"""Sessions inside an attraction: own places, no two at once for one person (E9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.refusals import WrongState
from kring.events import programme
from kring.places.models import Claim, Pool
from kring.places.refusals import PlacesGone
from kring.registrations import refusals, sessions
from kring.registrations.models import Registration, SessionBooking
from tests import make
from tests.payments.ordering import fresh, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def attraction(in_scope):
    return make.attraction(price="10")


def session(attraction, *, hour=0, hours=1, capacity=5, **fields):
    return make.session(attraction, hour=hour, hours=hours, capacity=capacity, **fields)


def registered(attraction, **more):
    return Registration.objects.get(line__order=order(attraction=attraction, **more))


def chosen(registration):
    return [booking.session for booking in sessions.bookings_of(registration)]


def taken(*some):
    return [Pool.objects.get(pk=each.pool_id).taken for each in some]


def test_what_is_chosen_takes_places_and_what_is_left_gives_them_back(attraction):
    knots, fire, song = session(attraction), session(attraction, hour=1), session(attraction, hour=2)
    ada = registered(attraction)

    sessions.choose(ada, [fire, knots])
    assert (chosen(ada), taken(knots, fire, song)) == ([knots, fire], [1, 1, 0])

    sessions.choose(ada, [song, knots])
    assert (chosen(ada), taken(knots, fire, song)) == ([knots, song], [1, 0, 1])

    sessions.choose(ada, [])
    assert (chosen(ada), taken(knots, fire, song)) == ([], [0, 0, 0])


def test_the_places_are_in_the_registrations_own_hold(attraction):
    knots = session(attraction)
    ada = registered(attraction)
    sessions.choose(ada, [knots])

    assert Claim.objects.get(pool=knots.pool).hold == ada.hold


def test_choosing_the_same_again_changes_nothing(attraction, django_assert_num_queries):
    knots = session(attraction)
    ada = registered(attraction)
    sessions.choose(ada, [knots])
    booking = SessionBooking.objects.get()

    sessions.choose(ada, [knots, knots])

    assert SessionBooking.objects.get() == booking
    assert taken(knots) == [1]


def test_two_at_once_are_refused_in_words(attraction):
    knots, fire = session(attraction, hours=2, name="Knots"), session(attraction, hour=1, name="Fire")
    ada = registered(attraction)

    with pytest.raises(refusals.TwoAtOnce) as refused:
        sessions.choose(ada, [knots, fire])

    assert str(refused.value) == "Knots and Fire are at the same time: choose one of them."
    assert (chosen(ada), taken(knots, fire)) == ([], [0, 0])


def test_one_after_the_other_without_a_break_is_no_clash(attraction):
    knots, fire = session(attraction), session(attraction, hour=1)
    ada = registered(attraction)

    sessions.choose(ada, [knots, fire])

    assert chosen(ada) == [knots, fire]


def test_one_of_two_at_once_may_be_changed_for_the_other(attraction):
    knots, fire = session(attraction), session(attraction)
    ada = registered(attraction)
    sessions.choose(ada, [knots])

    sessions.choose(ada, [fire])

    assert (chosen(ada), taken(knots, fire)) == ([fire], [0, 1])


def test_the_database_refuses_two_at_once_too(attraction):
    ada = registered(attraction)
    SessionBooking.objects.create(registration=ada, session=session(attraction, hours=2))

    with pytest.raises(IntegrityError, match="nobody_is_in_two_sessions_at_once"), transaction.atomic():
        SessionBooking.objects.create(registration=ada, session=session(attraction, hour=1))


def test_a_person_is_not_in_two_places_with_two_registrations(attraction):
    elsewhere = make.attraction(event=attraction.event)
    knots, fire = session(attraction, name="Knots"), session(elsewhere, name="Fire")
    sessions.choose(registered(attraction), [knots])

    with pytest.raises(refusals.ElsewhereThen) as refused:
        sessions.choose(registered(elsewhere), [fire])

    assert str(refused.value) == (
        "Fire is at the same time as Knots, which this person has chosen in another registration."
    )


def test_a_registration_that_is_over_keeps_nobody_from_choosing(attraction):
    elsewhere = make.attraction(event=attraction.event)
    knots, fire = session(attraction), session(elsewhere)
    first = registered(attraction)
    sessions.choose(first, [knots])
    settling.cancel(first.line.order, reason="Ill")
    second = registered(elsewhere)

    sessions.choose(second, [fire])

    assert chosen(second) == [fire]


def test_a_full_session_is_said_by_name_and_nothing_is_changed(attraction):
    knots, fire = session(attraction, capacity=1, name="Knots"), session(attraction, hour=1, capacity=1, name="Fire")
    sessions.choose(registered(attraction), [fire])
    ada = Registration.objects.get(line__order=order(attraction=attraction))
    Registration.objects.filter(pk=ada.pk).update(attendee_email="other@example.org", attendee=None)
    ada = fresh(ada)
    sessions.choose(ada, [knots])

    with pytest.raises(refusals.SessionFull) as refused:
        sessions.choose(ada, [fire])

    assert str(refused.value) == "There are no places left in Fire. Nothing was changed."
    assert (chosen(ada), taken(knots, fire)) == ([knots], [1, 1])


def test_sessions_of_another_attraction_are_refused(attraction):
    with pytest.raises(refusals.NoSuchSession):
        sessions.choose(registered(attraction), [session(make.attraction(event=attraction.event))])


@pytest.mark.parametrize("closed", [{"closes_at": timezone.now() - timedelta(minutes=1)}, {"hour": -24 * 31}])
def test_after_its_time_a_session_is_neither_taken_nor_left_but_by_staff(attraction, closed):
    over = session(attraction, **closed)
    ada = registered(attraction)

    with pytest.raises(refusals.ChoosingIsOver):
        sessions.choose(ada, [over])
    sessions.choose(ada, [over], by_staff=True)
    with pytest.raises(refusals.ChoosingIsOver):
        sessions.choose(ada, [])

    assert chosen(ada) == [over]


def test_other_sessions_may_be_changed_while_one_is_closed(attraction):
    over, fire = session(attraction, closes_at=timezone.now() - timedelta(minutes=1)), session(attraction, hour=2)
    ada = registered(attraction)
    sessions.choose(ada, [over], by_staff=True)

    sessions.choose(ada, [over, fire])

    assert chosen(ada) == [over, fire]


def test_what_expires_gives_its_sessions_back_and_a_late_payment_takes_them_again(attraction, expire_by_clock):
    knots = session(attraction)
    ada = registered(attraction)
    sessions.choose(ada, [knots])
    expire_by_clock(ada.line.order)
    settling.expire(fresh(ada.line.order))
    assert taken(knots) == [0]

    late = settling.settle(fresh(ada.line.order))

    assert late.state == Order.State.PAID
    assert (chosen(ada), taken(knots)) == ([knots], [1])


def test_a_late_payment_that_finds_the_session_full_is_undecided(attraction, expire_by_clock):
    knots = session(attraction, capacity=1)
    ada = registered(attraction)
    sessions.choose(ada, [knots])
    expire_by_clock(ada.line.order)
    settling.expire(fresh(ada.line.order))
    sessions.choose(registered(attraction), [knots])

    late = settling.settle(fresh(ada.line.order))

    assert late.state == Order.State.UNDECIDED
    assert taken(knots) == [1]


def test_what_is_cancelled_gives_its_sessions_back(attraction):
    knots = session(attraction)
    ada = registered(attraction)
    sessions.choose(ada, [knots])

    settling.cancel(ada.line.order, reason="Ill")

    assert taken(knots) == [0]
    with pytest.raises(WrongState):
        sessions.choose(fresh(ada), [])


def test_after_the_time_to_pay_is_over_nothing_can_be_chosen(attraction, expire_by_clock):
    knots = session(attraction)
    ada = registered(attraction)
    expire_by_clock(ada.line.order)

    with pytest.raises(PlacesGone):
        sessions.choose(ada, [knots])


def test_a_session_that_moves_takes_its_people_along_unless_they_are_elsewhere_then(attraction):
    from django.db import transaction

    knots, fire = session(attraction), session(attraction, hour=1)
    ada = registered(attraction)
    sessions.choose(ada, [knots, fire])

    knots.starts_at += timedelta(minutes=-30)
    knots.save()
    assert SessionBooking.objects.get(session=knots).during.lower == knots.starts_at
    knots.ends_at += timedelta(minutes=30)
    with pytest.raises(IntegrityError, match="nobody_is_in_two_sessions_at_once"), transaction.atomic():
        knots.save()


def test_how_many_are_missing(attraction):
    attraction.fewest_sessions = 2
    attraction.save()
    ada = registered(attraction)

    assert sessions.missing(ada) == 2
    sessions.choose(ada, [session(attraction)])
    assert sessions.missing(ada) == 1


def test_what_expired_is_chosen_no_more_once_it_moves_and_keeps_nobody_from_moving_it(attraction, expire_by_clock):
    knots, fire = session(attraction), session(attraction, hour=1)
    ada = registered(attraction)
    sessions.choose(ada, [knots, fire])
    expire_by_clock(ada.line.order)
    settling.expire(fresh(ada.line.order))

    programme.change_session(fire, places=5, starts_at=knots.starts_at, ends_at=knots.ends_at)

    assert chosen(ada) == [knots]


def test_who_is_filled_in_does_not_fall_below_the_fewest_again(attraction):
    ada = registered(attraction)
    knots = session(attraction)
    sessions.choose(ada, [knots])
    programme.set_fewest(attraction, 1)

    with pytest.raises(refusals.TooFewSessions):
        sessions.choose(Registration.objects.get(pk=ada.pk), [])
    assert chosen(ada) == [knots]


def test_children_at_one_address_may_be_in_two_sessions_at_one_time(attraction):
    knots, fire = session(attraction), session(attraction)
    one, other = (registered(attraction) for _ in range(2))
    Registration.objects.filter(pk=one.pk).update(attendee_name="Byron")
    one.refresh_from_db()

    sessions.choose(one, [knots])
    sessions.choose(other, [fire])

    assert (chosen(one), chosen(other)) == ([knots], [fire])
