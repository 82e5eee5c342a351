"""A whole registration in one act (R1, R8, X2): all of it, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.forms import basic, form_editing
from kring.forms.sheet import ChoiceWish, QuestionWish
from kring.mail.models import Message
from kring.registrations import refusals
from kring.registrations.models import Registration, Ticket
from kring.registrations.registering import RegistrationRequest, register
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = {"street": "Square 1", "postal_code": "1234 AB", "city": "Breda", "country": "NL"}
SHIRT = QuestionWish(
    label="Shirt",
    name="shirt",
    type="choice",
    requirement="required",
    choices=(ChoiceWish("M", "m"), ChoiceWish("L", "l")),
)


def camp(organisation: Any, *questions: QuestionWish, **fields: Any) -> Any:
    with scope(organisation):
        form = form_editing.create_form("What we ask", questions=questions) if questions else None
        return make.attraction(name="Camp", form=form, **fields)


def go(attraction: Any, *entries: RegistrationRequest, **fields: Any) -> Order:
    given = {"buyer_name": "Ada", "buyer_email": "ada@example.org", "language": "en"} | fields
    return register(attraction.organisation, attraction.event, entries, **given)


def entry(attraction: Any, name: str, **fields: Any) -> RegistrationRequest:
    with scope(attraction.organisation_id):
        return RegistrationRequest(attraction.ticket_types.get().pk, name, f"{name.lower()}@example.org", **fields)


def counts(organisation: Any) -> tuple[int, ...]:
    with scope(organisation):
        return Order.objects.count(), Registration.objects.count(), Ticket.objects.count(), Message.objects.count()


def test_everybody_of_a_group_is_registered_with_her_own_answers(organisation):
    attraction = camp(organisation, SHIRT, capacity=5)

    order = go(
        attraction,
        entry(attraction, "Bob", answers={"shirt": "m"}),
        entry(attraction, "Eve", answers={"shirt": "l"}),
    )

    with scope(organisation):
        rows = Registration.objects.of_order(order).select_related("submission")
        found = [(row.attendee_name, row.state, row.submission.answers) for row in rows]
    assert found == [("Bob", "completed", {"shirt": "m"}), ("Eve", "completed", {"shirt": "l"})]
    assert order.state == Order.State.PAID


def test_where_something_is_to_be_paid_the_order_waits_for_it(organisation):
    attraction = camp(organisation, price="10")

    order = go(attraction, entry(attraction, "Bob"))

    assert (order.state, str(order.total)) == ("open", "10.00")
    with scope(organisation):
        assert Registration.objects.get().state == Registration.State.FILLED_IN


def test_all_wrong_answers_are_named_and_nothing_is_kept(organisation):
    with scope(organisation):
        basic.choose("general")
    attraction = camp(organisation, SHIRT)
    name = {"first_name": "Bob", "last_name": "B"}

    with pytest.raises(refusals.AnswersWrong) as refused:
        go(
            attraction,
            entry(attraction, "Bob", basic=name | ADDRESS, answers={"shirt": "xxl"}),
            entry(attraction, "Eve", basic=name, answers={"shirt": "m", "shoe": "38"}),
        )

    wrong = {error["pointer"] for error in refused.value.errors}
    assert wrong == {
        "#/registrations/0/answers/shirt",
        *(f"#/registrations/1/basic/{name}" for name in ADDRESS),
        "#/registrations/1/answers/shoe",
    }
    assert counts(organisation) == (0, 0, 0, 0)


def test_one_who_may_not_come_stops_all_and_each_reason_is_told(organisation):
    birth = QuestionWish(name="birth_date", type="date", requirement="required")
    attraction = camp(organisation, birth, youngest=16)

    with pytest.raises(refusals.NotEligible) as refused:
        go(
            attraction,
            entry(attraction, "Bob", answers={"birth_date": "1990-05-01"}),
            entry(attraction, "Kid", answers={"birth_date": "2020-05-01"}),
        )

    assert [error["pointer"] for error in refused.value.errors] == ["#/registrations/1"]
    assert counts(organisation) == (0, 0, 0, 0)


def test_one_place_too_few_and_nobody_is_registered(organisation):
    attraction = camp(organisation, capacity=1)

    with pytest.raises(refusals.NoPlacesLeft):
        go(attraction, entry(attraction, "Bob"), entry(attraction, "Eve"))

    assert counts(organisation) == (0, 0, 0, 0)


def test_a_ticket_of_another_event_is_not_on_sale_here(organisation):
    here, there = camp(organisation), camp(organisation)

    with pytest.raises(refusals.NotOnSale):
        go(here, entry(there, "Bob"))
