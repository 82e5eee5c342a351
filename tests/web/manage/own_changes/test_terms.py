"""Staff set what goes back of cancelled tickets, and visitors read it (R6)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from kring.core.tenancy import scope
from kring.events.models import Event, RefundTerm, TicketType
from tests import make
from tests.web.manage.conftest import Staff
from tests.web.reading import fields, words

pytestmark = pytest.mark.django_db
STEPS = {
    "gives_1": "all",
    "until_1": "2030-01-01T12:00",
    "gives_2": "percent",
    "number_2": "50",
    "days_2": "14",
    "gives_3": "fee",
    "number_3": "7,50",
    "days_3": "0",
}


@pytest.fixture
def event(organisation: Any) -> Event:
    with scope(organisation):
        day = {"starts_at": datetime(2030, 6, 1, 8, tzinfo=UTC), "ends_at": datetime(2030, 6, 1, 16, tzinfo=UTC)}
        event: Event = make.attraction(event=make.event(slug="rally", **day), price="40", capacity=10).event
        return event


def kept(event: Event) -> list[tuple[object, ...]]:
    with scope(event.organisation_id):
        rows = RefundTerm.objects.order_by("pk")
        return [(each.until is not None, each.days_before, each.percent, each.fee) for each in rows]


def test_steps_are_set_shown_in_words_and_changed(organiser: Staff, event: Event) -> None:
    assert "In full, at any time" in words(organiser.page("own_changes", event.pk))

    assert organiser.act("refund_terms", event.pk, **STEPS).status_code == 302

    expected = [(True, None, 100, None), (False, 14, 50, None), (False, 0, None, Decimal("7.50"))]
    assert kept(event) == expected
    page = words(organiser.page("own_changes", event.pk))
    assert "In full until Tue, 1 Jan 2030, 12:00 CET" in page and "All but a fee of €7.50 until the event" in page
    opened = fields(organiser.page("refund_terms", event.pk))
    assert organiser.act("refund_terms", event.pk, **opened | {"number_2": "40"}).status_code == 302
    assert kept(event)[1] == (False, 14, 40, None)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"number_2": "100,01"}, "A percentage is 100 at most."),
        ({"number_2": ""}, "How much is it?"),
        ({"number_3": "-1"}, "greater than or equal to 0"),
        ({"gives_3": ""}, "Choose what goes back until then."),
        ({"gives_3": "gold"}, "gold"),
        ({"days_2": ""}, "Give a moment, or a number of days before the event."),
        ({"until_2": "2030-01-01T12:00"}, "Give a moment, or a number of days before the event."),
        ({"days_3": "14"}, "Two terms end at the same moment."),
        ({"gives_3": "percent", "number_3": "60"}, "gives back no more than an earlier one"),
        ({"days_2": "731"}, "less than or equal to 730"),
        ({"until_1": "soon"}, "valid date"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    organiser: Staff, event: Event, wrong: dict[str, str], word: str
) -> None:
    answer = organiser.act("refund_terms", event.pk, **STEPS | wrong)

    assert answer.status_code == 422 and word in words(answer)
    assert kept(event) == []


def test_a_ticket_type_has_others_until_they_are_taken_away(organiser: Staff, event: Event) -> None:
    with scope(event.organisation_id):
        key = TicketType.objects.get().pk

    assert "Refund terms" in words(organiser.page("attractions", event.pk))
    none = {"gives_1": "percent", "number_1": "0", "days_1": "0"}
    assert organiser.act("refund_terms_of_type", event.pk, key, **none).status_code == 302

    assert "Nothing goes back" in words(organiser.page("own_changes", event.pk))
    opened = fields(organiser.page("refund_terms_of_type", event.pk, key))
    empty = {"gives_1": "", "number_1": "", "days_1": ""}
    assert organiser.act("refund_terms_of_type", event.pk, key, **opened | empty).status_code == 302
    assert kept(event) == [] and "as the event" in words(organiser.page("own_changes", event.pk))


def test_the_type_of_another_event_is_not_found(organiser: Staff, event: Event) -> None:
    with scope(event.organisation_id):
        other = make.attraction().ticket_types.get()

    assert organiser.page("refund_terms_of_type", event.pk, other.pk).status_code == 404


def test_two_who_set_them_at_once_are_asked(organiser: Staff, event: Event) -> None:
    organiser.act("refund_terms", event.pk, **STEPS)
    opened = fields(organiser.page("refund_terms", event.pk))
    organiser.act("refund_terms", event.pk, **opened | {"number_2": "40"})

    answer = organiser.act("refund_terms", event.pk, **opened | {"number_2": "30"})

    assert answer.status_code == 422 and "Changed by somebody else" in words(answer)
    assert kept(event)[1][2] == 40
