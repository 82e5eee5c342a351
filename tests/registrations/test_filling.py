"""What people answer when they register, and that nobody pays before (F1–F5, R2, V1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.core.tenancy import scope
from kring.events.models import Attraction
from kring.forms.models import Form, FormChoice, FormVersion, Question, Submission
from kring.mail.models import Message
from kring.payments import paying
from kring.registrations import booking, deciding, eligibility_after_payment, filling, refusals
from kring.registrations.booking import Attendee
from kring.registrations.models import EligibilityResult, Registration
from tests import make
from tests.refusing import refuses

State = Registration.State


@pytest.fixture(autouse=True)
def in_scope_of_organisation(organisation: Any) -> Iterator[None]:
    with scope(organisation):
        yield


def a_form(*questions: dict[str, Any], **fields: Any) -> FormVersion:
    version = FormVersion.objects.create(form=Form.objects.create(**{"name": "What we ask"} | fields))
    for position, given in enumerate(questions):
        Question.objects.create(version=version, position=position, **given)
    return version


def ordered(attraction: Attraction, *names: str) -> list[Registration]:
    """Registrations of one order, named, not finished."""
    order = booking.book(attraction.event, {attraction.ticket_types.get().pk: len(names)}, language="en")
    buyer, *others = names
    attendees = [Attendee(myself=True), *(Attendee(False, name, f"{name.lower()}@example.org") for name in others)]
    booking.assign(order, buyer_name=buyer, buyer_email=f"{buyer.lower()}@example.org", attendees=attendees)
    return _read(order)


def _read(order: Any) -> list[Registration]:
    return list(
        Registration.objects.of_order(order).select_related(
            "attraction__event", "hold", "attendee", "line__order", "basic__version", "submission__version"
        )
    )


def say(registration: Registration, *, basic: dict | None = None, own: dict | None = None) -> list[Any]:
    asked = filling.requested_forms([registration])[registration.pk]
    filling.answer(registration, asked, basic=basic, own=own)
    return filling.finish(registration, asked)


def test_where_nothing_is_asked_a_name_is_enough():
    [ada] = ordered(make.attraction(), "Ada")

    assert ada.state == State.FILLED_IN


def test_where_a_form_asks_nobody_is_filled_in_before_it_is_answered():
    version = a_form({"name": "shirt"})
    [ada, bob] = ordered(make.attraction(form=version.form), "Ada", "Bob")

    say(ada, own={"shirt": "M"})

    assert (ada.state, bob.state) == (State.FILLED_IN, State.NEW)
    assert ada.submission.answers == {"shirt": "M"}


def test_basic_data_are_asked_of_everybody():
    a_form({"name": "city"}, purpose=Form.Purpose.BASIC)
    [ada] = ordered(make.attraction(), "Ada")

    assert ada.state == State.NEW
    say(ada, basic={"city": "Łódź"})
    assert ada.state == State.FILLED_IN


def test_nobody_pays_while_a_question_is_open():
    version = a_form({"name": "shirt"})
    [ada] = ordered(make.attraction(form=version.form, price="10"), "Ada")

    with refuses(refusals.AnswersMissing, match="for Ada"):
        paying.start(
            ada.line.order, method="manual", settings={"text": "To the treasurer"}, return_url="/", notify_url="/"
        )


def test_whom_a_rule_refuses_stays_unfinished_and_all_reasons_are_given():
    attraction = make.attraction(youngest=16)
    a_form({"name": "birth_date", "type": "date"}, purpose=Form.Purpose.BASIC)
    [ada] = ordered(attraction, "Ada")
    starts = timezone.localtime(attraction.event.starts_at)

    reasons = say(ada, basic={"birth_date": f"{starts.year - 10}-01-01"})

    assert [reason.rule for reason in reasons] == ["age"]
    assert ada.state == State.NEW
    assert say(ada, basic={"birth_date": f"{starts.year - 20}-01-01"}) == []
    assert ada.state == State.FILLED_IN


def test_a_choice_with_places_takes_one_and_changing_gives_it_back():
    version = a_form({"name": "shirt", "type": "choice"})
    medium, large = (
        FormChoice.objects.create(question=version.questions.get(), value=size, label=size.upper(), pool=make.pool(1))
        for size in ("m", "l")
    )
    [ada, bob] = ordered(make.attraction(form=version.form), "Ada", "Bob")

    say(ada, own={"shirt": "m"})
    with refuses(refusals.ChoiceFull, match="M"):
        say(bob, own={"shirt": "m"})
    say(ada, own={"shirt": "l"})

    taken = {
        choice.value: FormChoice.objects.select_related("pool").get(pk=choice.pk).pool.taken
        for choice in (medium, large)
    }
    assert taken == {"m": 0, "l": 1}


def test_when_somebody_else_comes_instead_the_answers_of_the_first_go():
    version = a_form({"name": "shirt", "type": "choice"})
    size = FormChoice.objects.create(question=version.questions.get(), value="m", label="M", pool=make.pool(1))
    [ada] = ordered(make.attraction(form=version.form), "Ada")
    say(ada, own={"shirt": "m"})

    booking.assign(ada.line.order, buyer_name="Eve", buyer_email="eve@example.org", attendees=[Attendee(myself=True)])

    [eve] = _read(ada.line.order)
    size.pool.refresh_from_db()
    assert (eve.state, eve.submission, size.pool.taken, Submission.objects.count()) == (State.NEW, None, 0, 0)


def test_the_same_person_keeps_her_answers_when_the_step_is_taken_again():
    version = a_form({"name": "shirt"})
    [ada] = ordered(make.attraction(form=version.form), "Ada")
    say(ada, own={"shirt": "M"})

    booking.assign(ada.line.order, buyer_name="Ada", buyer_email="ada@example.org", attendees=[Attendee(myself=True)])

    [again] = _read(ada.line.order)
    assert again.submission.answers == {"shirt": "M"}


def test_who_has_answered_an_old_version_keeps_it():
    version = a_form({"name": "shirt"})
    [ada, bob] = ordered(make.attraction(form=version.form), "Ada", "Bob")
    say(ada, own={"shirt": "M"})
    newer = FormVersion.objects.create(form=version.form, number=2)

    asked = filling.requested_forms([ada, bob])

    assert (asked[ada.pk].form, asked[bob.pk].form) == (version, newer)


def test_a_form_costs_an_order_the_same_for_one_and_for_many(django_assert_max_num_queries):
    version = a_form({"name": "shirt"})
    registrations = ordered(make.attraction(form=version.form), *"ABCDEFGH")

    with django_assert_max_num_queries(2):
        filling.requested_forms(registrations)


def grown_up(price: str = "0", **fields: Any) -> tuple[Attraction, FormVersion]:
    version = a_form({"name": "birth_date", "type": Question.Type.DATE})
    return make.attraction(form=version.form, youngest=18, price=price, **fields), version


def begin_to_pay(registration: Registration, method: str = "transfer") -> Any:
    settings = {"holder": "Kring", "account": "NL91ABNA0417164300"}
    return paying.start(registration.line.order, method=method, settings=settings, return_url="", notify_url="").payment


def test_who_was_let_through_is_judged_again_when_she_answers_otherwise():
    attraction, _version = grown_up("10")
    [ada] = ordered(attraction, "Ada")
    assert say(ada, own={"birth_date": "1990-01-01"}) == []

    reasons = say(ada, own={"birth_date": "2020-01-01"})

    assert [each.code for each in reasons] == ["too_young"]
    assert ada.state == State.NEW
    with refuses(refusals.AnswersMissing):
        begin_to_pay(ada)


def test_while_a_payment_is_under_way_answers_change_only_as_far_as_rules_allow():
    attraction, _version = grown_up("10")
    [ada] = ordered(attraction, "Ada")
    say(ada, own={"birth_date": "1990-01-01"})
    payment = begin_to_pay(ada)
    [ada] = _read(ada.line.order)

    with refuses(refusals.MayNotChange, match="18"):
        say(ada, own={"birth_date": "2020-01-01"})
    [ada] = _read(ada.line.order)
    say(ada, own={"birth_date": "1990-02-01"})

    assert paying.confirm(payment)
    [ada] = _read(ada.line.order)
    assert (ada.state, ada.submission.answers) == (State.COMPLETED, {"birth_date": "1990-02-01"})


def test_nobody_else_comes_instead_while_a_payment_is_under_way():
    attraction, _version = grown_up("10")
    [ada] = ordered(attraction, "Ada")
    say(ada, own={"birth_date": "1990-01-01"})
    payment = begin_to_pay(ada)
    order = ada.line.order

    def instead(name: str) -> None:
        who = [Attendee(False, name, f"{name.lower()}@example.org")]
        booking.assign(order, buyer_name="Ada", buyer_email="ada@example.org", attendees=who)

    with refuses(refusals.BeingPaid):
        instead("Bob")
    instead("Ada")

    assert paying.confirm(payment)
    assert [each.state for each in _read(order)] == [State.COMPLETED]


def test_money_of_a_failed_attempt_that_comes_while_answers_are_changed_waits_for_a_decision():
    attraction, _version = grown_up("10", capacity=1)
    [ada] = ordered(attraction, "Ada")
    say(ada, own={"birth_date": "1990-01-01"})
    payment = begin_to_pay(ada)
    paying.fail(payment, "closed")
    [ada] = _read(ada.line.order)
    say(ada, own={"birth_date": "2020-01-01"})

    paying.confirm(payment)
    order = ada.line.order
    order.refresh_from_db()
    assert (order.state, [each.state for each in _read(order)]) == (order.State.UNDECIDED, [State.NEW])

    deciding.give_places(order, reason="Her parents come along")
    assert [each.state for each in _read(order)] == [State.COMPLETED]


def test_nobody_is_completed_by_hand_while_a_question_is_open():
    version = a_form({"name": "shirt"})
    [ada] = ordered(make.attraction(form=version.form, price="10"), "Ada")

    with refuses(refusals.AnswersMissing):
        deciding.complete_by_hand(ada.line.order, reason="Cash")


@pytest.fixture
def late_money(expire_by_clock):
    """Paid after the place was released, by an attendee who was too young by then: an undecided registration."""
    attraction = make.attraction(youngest=16, price="10")
    a_form({"name": "birth_date", "type": "date"}, purpose=Form.Purpose.BASIC)
    [ada] = ordered(attraction, "Ada")
    say(ada, basic={"birth_date": "1990-01-01"})
    order = ada.line.order
    started = paying.start(order, method="manual", settings={"text": "…"}, return_url="/", notify_url="/")
    paying.fail(started.payment, "Nothing came")
    Submission.objects.filter(pk=ada.basic_id).update(answers={"birth_date": "2020-01-01"})
    expire_by_clock(order)
    settling.expire(order)
    paying.confirm(started.payment)
    order.refresh_from_db()
    ada.refresh_from_db()
    return ada


def test_late_money_gives_no_place_to_whom_a_rule_refuses(late_money):
    assert (late_money.line.order.state, late_money.state) == ("undecided", State.EXPIRED)


def test_whoever_is_refused_then_is_told_by_which_rule_and_not_that_places_are_gone(late_money):
    templates = Message.objects.filter(subject_id=late_money.line.order_id).values_list("template", flat=True)
    assert set(templates) & {"paid-too-late", "not-eligible"} == {"not-eligible"}
    [(registration, outcome, reasons)] = eligibility_after_payment.verdicts_of(late_money.line.order)
    assert (registration, outcome, [each.code for each in reasons]) == (late_money, "refused", ["too_young"])


def test_staff_may_give_the_place_whatever_that_rule_says(late_money):
    decided = deciding.give_places(late_money.line.order, reason="Comes with her father")

    assert decided.state == "paid"
    assert EligibilityResult.objects.get().outcome == "waived"
