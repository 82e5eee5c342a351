"""Programs that register groups and people who answer page by page take the same places, over real connections."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.events.models import Session
from kring.forms import form_editing
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.places.models import Pool
from kring.registrations import booking, filling, sessions
from kring.registrations.booking import Attendee
from kring.registrations.models import Registration
from kring.registrations.registering import RegistrationRequest, register
from tests import make
from tests.places.test_at_once import at_once

ROUNDS = 16
pytestmark = pytest.mark.django_db(transaction=True)


def test_groups_and_people_who_choose_the_same_never_lock_each_other_out(organisation):
    with scope(organisation):
        sizes = (ChoiceWish("M", "m", 1000), ChoiceWish("L", "l", 1000))
        form = form_editing.create_form("Shirts", questions=[QuestionWish("choice", "Shirt", "shirt", choices=sizes)])
        attraction = make.attraction(form=form)
        ticket = attraction.ticket_types.get()
        knots, fire = (make.session(attraction, hour=hour, capacity=1000) for hour in (1, 3))
        alone = [_named(attraction, f"alone-{number}@example.org") for number in range(ROUNDS)]

    def take(number):
        mine, other = ("m", "l") if number % 4 < 2 else ("l", "m")
        if number % 2:
            entries = [
                RegistrationRequest(
                    ticket.pk, "Bob", f"group-{number}-{size}@example.org", answers={"shirt": size}, sessions=[key]
                )
                for size, key in ((mine, fire.pk), (other, knots.pk))
            ]
            register(
                organisation, attraction.event, entries, buyer_name="Bob", buyer_email="b@example.org", language="en"
            )
            return True
        with scope(organisation):
            registration = Registration.objects.select_related("attraction__event", "hold").get(pk=alone[number // 2])
            asked = filling.requested_forms([registration])[registration.pk]
            filling.answer(registration, asked, basic=None, own={"shirt": mine})
            sessions.choose(registration, Session.objects.filter(pk__in=[knots.pk, fire.pk]).select_related("pool"))
        return True

    assert all(at_once(take, 2 * ROUNDS))
    with scope(organisation):
        taken = list(Pool.objects.filter(capacity=1000).order_by("pk").values_list("taken", flat=True))
    assert taken == [3 * ROUNDS // 2, 3 * ROUNDS // 2, 2 * ROUNDS, 2 * ROUNDS]


def _named(attraction, email):
    order = booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en")
    booking.assign(order, buyer_name="Ada", buyer_email=email, attendees=[Attendee(False, "Ada", email)])
    return Registration.objects.get(line__order=order).pk
