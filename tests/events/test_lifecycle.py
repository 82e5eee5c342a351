"""States of an event and every move between them (E4–E6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.core.refusals import WrongState
from kring.core.tenancy import platform_scope, scope
from kring.events import clock, editing, lifecycle
from kring.events.eligibility import ruling
from kring.events.models import Attraction, Event, TicketType
from kring.events.offering import availability_of, offers_of
from kring.events.refusals import IsOver, NothingToRegisterFor, NoWayToPay, ReasonMissing, RuleCannotBeMet
from kring.forms import form_editing
from kring.forms.basic import known_question
from kring.mail.models import Message
from kring.organisations.models import AuditEntry
from kring.places import claiming
from kring.registrations import calling_off
from tests import make

State = Event.State
DAY = timedelta(days=1)
VERBS = {
    "submit": lambda event: lifecycle.submit(event),
    "withdraw": lambda event: lifecycle.withdraw(event),
    "accept": lambda event: lifecycle.accept(event),
    "reject": lambda event: lifecycle.reject(event, reason="No date"),
    "call off": lambda event: calling_off.call_off(event, reason="Storm"),
}
# What becomes of an event whose registration has begun; what is not here is refused.
ALLOWED = {
    ("submit", State.NEW): State.OPEN,
    ("withdraw", State.PENDING): State.NEW,
    ("accept", State.PENDING): State.OPEN,
    ("reject", State.PENDING): State.NEW,
    **{("call off", state): State.CANCELLED for state in Event.ALIVE},
}


@pytest.fixture
def maker(in_scope: Any) -> Any:
    return make.user("maker@example.org", name="Mia Maker")


def event_with(maker: Any = None, *, capacity: int | None = None, price: str = "0", **fields: Any) -> Event:
    event = make.event(created_by=maker, **fields)
    make.attraction(event=event, capacity=capacity, price=price)
    return event


def sent() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("template", "recipient"))


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def tick_at(now: Any) -> int:
    return lifecycle.move_by_clock(now)


def state_of(event: Event) -> str:
    return str(Event.objects.get(pk=event.pk).state)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", VERBS)
def test_every_move_people_make_is_allowed_or_refused(in_scope: Any, verb: str, state: str) -> None:
    event = event_with(state=state)

    if (verb, state) in ALLOWED:
        VERBS[verb](event)
        assert state_of(event) == event.state == ALLOWED[verb, state]
    else:
        with pytest.raises(WrongState):
            VERBS[verb](event)
        assert state_of(event) == event.state == state
        assert (actions(), sent()) == ([], [])


@pytest.mark.parametrize("to", State.values)
@pytest.mark.parametrize("state", State.values)
def test_the_clock_only_moves_as_the_table_says(in_scope: Any, state: str, to: str) -> None:
    event = event_with(state=state)

    if to in Event.MOVES[state]:
        assert event.follow_the_clock(to=to)
        assert state_of(event) == to
    else:
        with pytest.raises(ValueError, match="No event goes"):
            event.follow_the_clock(to=to)
        assert state_of(event) == state


def test_who_is_a_moment_late_moves_nothing(in_scope: Any) -> None:
    event = event_with(state=State.PENDING)
    same = Event.objects.get(pk=event.pk)
    lifecycle.accept(event)

    with pytest.raises(WrongState):
        lifecycle.reject(same, reason="No")

    assert (same.state, state_of(event)) == (State.OPEN, State.OPEN)


def test_an_event_that_needs_approval_waits_and_administrators_and_maker_hear_of_it(in_scope: Any, maker: Any) -> None:
    in_scope.events_need_approval = True
    in_scope.save()
    admins = [make.staff("org_admin").email, make.staff("org_admin").email]
    make.staff("organiser")
    event = event_with(maker, state=State.NEW)

    lifecycle.submit(event, by=maker)

    assert state_of(event) == State.PENDING
    assert sent() == [("event-submitted", maker.email), *(("event-to-approve", each) for each in sorted(admins))]
    assert list(Event.objects.listed()) == []
    entry = AuditEntry.objects.get(action="event.submitted")
    assert (entry.actor, entry.new) == (maker, {"state": "pending"})


def test_an_administrator_who_submits_her_own_event_gets_one_mail(in_scope: Any) -> None:
    in_scope.events_need_approval = True
    in_scope.save()
    admin = make.staff("org_admin")

    lifecycle.submit(event_with(admin, state=State.NEW), by=admin)

    assert sent() == [("event-to-approve", admin.email)]


def test_without_approval_it_is_accepted_at_once_and_nobody_gets_a_mail(in_scope: Any, maker: Any) -> None:
    tomorrow = timezone.now() + DAY
    event = event_with(maker, state=State.NEW, registration_opens_at=tomorrow)

    lifecycle.submit(event, by=maker)

    assert state_of(event) == event.state == State.ACCEPTED
    assert list(Event.objects.listed()) == [event]
    assert sent() == []


def test_what_is_missing_is_said_before_it_is_submitted(in_scope: Any) -> None:
    event = make.event(state=State.NEW)
    with pytest.raises(NothingToRegisterFor):
        lifecycle.submit(event)

    make.attraction(event=event, price="12.50")
    with pytest.raises(NoWayToPay):
        lifecycle.submit(event)

    event.payment_options.create(method="cash")
    assert lifecycle.missing(event) == []


@pytest.mark.parametrize("of", ["event", "attraction", "group"])
def test_an_event_is_not_ready_while_a_rule_must_refuse_everybody(in_scope: Any, of: str) -> None:
    event = event_with(state=State.NEW)
    attraction = event.attractions.get()
    if of == "group":
        Attraction.objects.update(youngest=16)
    else:
        ruling.add_rule(event, attraction if of == "attraction" else None, "age", {"youngest": 16, "oldest": None})

    [refusal] = lifecycle.missing(event)
    assert str(refusal).startswith("The rule “Age” needs an answer to “Date of birth” or “PESEL number”")
    with pytest.raises(RuleCannotBeMet):
        lifecycle.submit(event)

    Attraction.objects.update(form=form_editing.create_form("Camp", questions=[known_question("birth_date")]))
    assert lifecycle.missing(event) == []
    lifecycle.submit(event)


def test_nothing_on_sale_is_nothing_to_register_for(in_scope: Any) -> None:
    event = event_with(state=State.NEW)
    TicketType.objects.update(is_on_sale=False)

    with pytest.raises(NothingToRegisterFor):
        lifecycle.submit(event)


def test_an_event_that_is_over_is_not_submitted(in_scope: Any) -> None:
    with pytest.raises(IsOver):
        lifecycle.submit(event_with(state=State.NEW, starts_at=timezone.now() - 2 * DAY))


def test_the_maker_hears_that_it_is_accepted_and_that_registration_is_open(in_scope: Any, maker: Any) -> None:
    event = event_with(maker, state=State.PENDING)

    lifecycle.accept(event)

    assert sent() == [("event-accepted", maker.email)]
    assert "Registration is open from now on" in Message.objects.get().text
    assert actions() == ["event.accepted", "event.moved"]


def test_a_rejection_takes_its_reason_to_the_maker_and_the_event_is_new_again(in_scope: Any, maker: Any) -> None:
    event = event_with(maker, state=State.PENDING)

    lifecycle.reject(event, reason="  The address is missing.  ")

    assert (event.state, event.reason) == (State.NEW, "The address is missing.")
    assert sent() == [("event-rejected", maker.email)]
    assert "The address is missing." in Message.objects.get().text
    lifecycle.submit(event)
    assert Event.objects.get().reason == ""


@pytest.mark.parametrize("verb", [lifecycle.reject, calling_off.call_off])
def test_nothing_is_rejected_or_called_off_without_a_reason(in_scope: Any, verb: Any) -> None:
    event = event_with(state=State.PENDING)

    with pytest.raises(ReasonMissing):
        verb(event, reason="   ")

    assert state_of(event) == State.PENDING


def test_registration_opens_closes_and_the_event_starts_and_ends_by_the_clock(in_scope: Any, maker: Any) -> None:
    now = timezone.now()
    event = event_with(
        maker,
        state=State.ACCEPTED,
        registration_opens_at=now + DAY,
        registration_closes_at=now + 5 * DAY,
        starts_at=now + 10 * DAY,
    )

    seen = []
    for days in (0.5, 1, 4, 5, 9, 10, 10.2, 11):
        tick_at(now + days * DAY)
        seen.append(state_of(event))

    assert seen == ["accepted", "open", "open", "closed", "closed", "running_closed", "running_closed", "finished"]
    assert sent() == [("event-closed", maker.email), ("event-opened", maker.email)]
    assert actions() == ["event.moved"] * 4


def test_registration_may_go_on_while_the_event_runs(in_scope: Any) -> None:
    now = timezone.now()
    event = event_with(state=State.OPEN, starts_at=now + DAY, registration_closes_at=now + DAY + timedelta(hours=2))

    tick_at(now + DAY + timedelta(hours=1))
    assert state_of(event) == State.RUNNING_OPEN

    tick_at(now + DAY + timedelta(hours=3))
    assert state_of(event) == State.RUNNING_CLOSED


def test_a_tick_again_changes_and_says_nothing_more(in_scope: Any, maker: Any) -> None:
    event_with(maker, state=State.ACCEPTED)

    assert [lifecycle.move_by_clock(), lifecycle.move_by_clock()] == [1, 0]
    assert sent() == [("event-opened", maker.email)]


@pytest.mark.parametrize(
    ("slept_from", "until", "now_is", "expected"),
    [
        # (days after which registration opens, closes, the event starts) = 1, 2, 3; it ends 8 hours later
        (0, 1.5, State.OPEN, ["event-opened"]),
        (0, 2.5, State.CLOSED, ["event-closed"]),
        (0, 3.1, State.RUNNING_CLOSED, ["event-closed"]),
        (0, 7, State.FINISHED, []),
        (1.5, 7, State.FINISHED, []),
        (2.5, 7, State.FINISHED, []),
    ],
)
def test_after_a_pause_it_goes_where_it_belongs_and_only_what_is_still_true_is_said(
    in_scope: Any, maker: Any, slept_from: float, until: float, now_is: str, expected: list[str]
) -> None:
    now = timezone.now()
    event = event_with(
        maker,
        state=State.ACCEPTED,
        registration_opens_at=now + DAY,
        registration_closes_at=now + 2 * DAY,
        starts_at=now + 3 * DAY,
    )
    tick_at(now + slept_from * DAY)
    Message.objects.all().delete()

    tick_at(now + until * DAY)

    assert state_of(event) == now_is
    assert [template for template, _to in sent()] == expected


def test_a_full_event_closes_and_a_freed_place_opens_it_again(in_scope: Any, maker: Any) -> None:
    event = event_with(maker, state=State.OPEN, capacity=1)
    (hold,) = claiming.claim([[Attraction.objects.get().pool]], expires_at=None)

    lifecycle.move_by_clock()
    assert (state_of(event), sent()) == (State.CLOSED, [("event-full", maker.email)])

    claiming.release([hold.pk])
    assert offers_of(event)[0].can_order, "asked of the places, not of the state"
    lifecycle.move_by_clock()
    assert state_of(event) == State.OPEN

    claiming.claim([[Attraction.objects.get().pool]], expires_at=None)
    lifecycle.move_by_clock()
    assert state_of(event) == State.CLOSED
    assert len(sent()) == 1, "said once a day at most"


def test_more_places_open_it_again(in_scope: Any) -> None:
    event = event_with(state=State.OPEN, capacity=1)
    claiming.claim([[Attraction.objects.get().pool]], expires_at=None)
    lifecycle.move_by_clock()

    editing.set_places(event.attractions.get(), event, 2)
    lifecycle.move_by_clock()

    assert state_of(event) == State.OPEN


@pytest.mark.parametrize("where", ["ticket type", "attraction", "event"])
def test_each_limit_closes_registration(in_scope: Any, where: str) -> None:
    event = event_with(state=State.OPEN)
    pool = make.pool(0)
    if where == "event":
        Event.objects.update(pool=pool)
    elif where == "attraction":
        Attraction.objects.update(pool=pool)
    else:
        TicketType.objects.update(pool=pool)

    lifecycle.move_by_clock()

    assert state_of(event) == State.CLOSED


def test_one_attraction_with_places_keeps_an_event_open(in_scope: Any) -> None:
    event = event_with(state=State.OPEN, capacity=0)
    make.attraction(event=event, capacity=1)

    assert lifecycle.move_by_clock() == 0


def test_an_attraction_with_a_window_of_its_own_opens_the_event(in_scope: Any) -> None:
    now = timezone.now()
    event = event_with(state=State.ACCEPTED, registration_opens_at=now + 5 * DAY)
    early = make.attraction(event=event, registration_opens_at=now + DAY, registration_closes_at=now + 2 * DAY)

    tick_at(now + 1.5 * DAY)
    assert state_of(event) == State.OPEN

    tick_at(now + 3 * DAY)
    assert state_of(event) == State.CLOSED, "between two windows"

    tick_at(now + 6 * DAY)
    assert state_of(event) == State.OPEN
    assert early.registration_closes_at < now + 3 * DAY


def test_only_the_events_that_are_due_are_looked_for_in_all_organisations(organisation: Any) -> None:
    other = make.organisation()
    with scope(organisation):
        event_with(state=State.OPEN)
        event_with(state=State.NEW)
        event_with(state=State.FINISHED)
    with scope(other):
        event_with(state=State.ACCEPTED)

    with platform_scope():
        found = set(clock.due().values_list("organisation_id", flat=True))

    assert found == {other.pk}


def test_the_page_and_the_clock_agree_on_what_can_be_ordered(in_scope: Any) -> None:
    now = timezone.now()
    for opens in (None, now - DAY, now + DAY):
        for closes in (None, now - timedelta(hours=1), now + 2 * DAY):
            for capacity in (None, 0, 3):
                if opens and closes and closes < opens:
                    continue
                event_with(
                    state=State.OPEN, registration_opens_at=opens, registration_closes_at=closes, capacity=capacity
                )

    for event in clock.with_state_at(Event.objects.all(), now):
        assert event.can_order == any(offer.can_order for offer in offers_of(event)), event.__dict__


def test_places_kept_for_who_waits_leave_nothing_for_the_clock_as_for_the_page(in_scope: Any) -> None:
    """Of five places of the whole event, those who wait for one part may need all, some, or any number."""
    for kept in (2, 5, None):
        event = event_with(state=State.OPEN, registration_opens_at=timezone.now() - DAY)
        Event.objects.filter(pk=event.pk).update(pool=make.pool(5))
        part = make.attraction(event=event, capacity=kept)
        Attraction.objects.filter(pk=part.pk).update(is_kept=True)

        event = Event.objects.select_related("pool").get(pk=event.pk)
        found = clock.with_state_at(Event.objects.filter(pk=event.pk), timezone.now()).get()
        availability = availability_of([event])[0]
        assert (
            (found.can_order, found.is_full) == (availability.can_order, availability.is_full) == (kept == 2, kept != 2)
        )
        assert found.state_now == (State.OPEN if kept == 2 else State.CLOSED)


def test_lists_show_what_is_on_or_comes_next_and_then_what_was_last(in_scope: Any) -> None:
    now = timezone.now()
    starts = {"long ago": -30 * DAY, "next": DAY, "last": -2 * DAY, "later": 9 * DAY, "on": -timedelta(hours=1)}
    for name, away in starts.items():
        make.event(name=name, starts_at=now + away)

    assert [event.name for event in Event.objects.next_first()] == ["on", "next", "later", "last", "long ago"]


def test_nobody_registers_for_what_is_over(in_scope: Any) -> None:
    for state in Event.OVER:
        event = event_with(state=state)
        assert not any(offer.can_order for offer in offers_of(event))
