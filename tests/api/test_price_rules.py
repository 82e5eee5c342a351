"""The price rules of an event, read by a program (D2)."""

from __future__ import annotations

import pytest

from kring.core.tenancy import scope
from kring.events.models import PriceRule
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_they_are_listed_in_the_order_in_which_they_are_applied(program, organisation):
    with scope(organisation):
        attraction = make.attraction()
        second = PriceRule.objects.create(
            attraction=attraction, position=2, key="people", settings={"fewest": 5}, names={"en": "Groups"},
            effect="fixed", amount=30, ticket_types=[attraction.ticket_types.get().pk], combines=True,
        )  # fmt: skip
        first = PriceRule.objects.create(
            event=attraction.event, position=1, key="profession", settings={"allowed": ["student"]},
            names={"en": "Students", "nl": "Studenten"}, effect="percent_off", amount=40, is_active=False,
        )  # fmt: skip
        PriceRule.objects.create(event=make.event(), key="member", names={"en": "x"}, effect="fixed", amount=1)

    answer = program("events")(f"/events/{attraction.event.slug}/price-rules")

    assert answer.status_code == 200
    assert answer.json() == [
        {
            "id": first.pk, "names": {"en": "Students", "nl": "Studenten"}, "condition": "profession",
            "settings": {"allowed": ["student"]}, "effect": "percent_off", "amount": "40.00", "combines": False,
            "in_use": False, "attraction": None, "ticket_types": None,
        },
        {
            "id": second.pk, "names": {"en": "Groups"}, "condition": "people", "settings": {"fewest": 5},
            "effect": "fixed", "amount": "30.00", "combines": True, "in_use": True, "attraction": attraction.pk,
            "ticket_types": second.ticket_types,
        },
    ]  # fmt: skip


def test_it_takes_the_right_to_read_events(program, organisation):
    with scope(organisation):
        event = make.event()

    assert program("registrations")(f"/events/{event.slug}/price-rules").status_code == 403
    assert program("events")("/events/no-such-event/price-rules").status_code == 404
