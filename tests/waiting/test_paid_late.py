"""Money that came too late may wait for a place, as the organiser decides (P4)."""

from __future__ import annotations

from typing import Any

import pytest

from kring.billing import settling
from kring.core.refusals import WrongState
from kring.mail.models import Message
from kring.payments import paying
from kring.places.models import Pool
from kring.registrations import correcting_buyers, deciding
from kring.registrations.models import Registration, Ticket
from kring.waiting import inviting, managing, paid_late, refusals
from kring.waiting.joining import Joiner
from kring.waiting.models import Invitation, WaitingEntry
from tests import make
from tests.payments import ordering
from tests.payments.ordering import fresh, let_expire


@pytest.fixture
def treasurer(in_scope: Any) -> Any:
    return make.staff("treasurer")


@pytest.fixture
def full(treasurer: Any) -> Any:
    """An attraction of one place with a waiting list, and who has the place."""
    attraction = make.attraction(capacity=1, price="49.95")
    managing.switch_on(attraction.event)
    attraction.refresh_from_db()
    return attraction


@pytest.fixture
def too_late(full: Any, treasurer: Any) -> tuple[Any, Any]:
    """An order that was paid when its place had been given to another; and that other one."""
    order = ordering.order(attraction=full)
    payment = ordering.start(order, "transfer").payment
    let_expire(order)
    other = ordering.order(attraction=full)
    paying.confirm(payment, by=treasurer)
    return fresh(order), other


@pytest.fixture
def of_a_full_type(treasurer: Any) -> tuple[Any, Any]:
    """As `too_late`, where the ticket type is what is full: of the attraction there are places, for another type."""
    attraction = make.attraction(capacity=9, price="49.95")
    attraction.ticket_types.update(pool=Pool.objects.create(capacity=1))
    managing.switch_on(attraction.event)
    order = ordering.order(attraction=attraction)
    payment = ordering.start(order, "transfer").payment
    let_expire(order)
    other = ordering.order(attraction=attraction)
    paying.confirm(payment, by=treasurer)
    make.ticket_type(attraction, price="20")
    return fresh(order), other


def do_jobs(entry: WaitingEntry) -> None:
    inviting.fill(entry.event_id)
    for invitation in Invitation.objects.open().filter(entry__paid_order__isnull=False):
        paid_late.complete_now(invitation)


def test_a_late_order_is_completed_when_its_turn_comes_without_paying_again(too_late: Any, treasurer: Any) -> None:
    order, other = too_late
    entry = paid_late.put_on_list(order, by=treasurer, reason="Her bank was slow")
    do_jobs(entry)
    assert fresh(order).state == "undecided"

    settling.cancel(other, reason="Ill")
    do_jobs(entry)

    assert fresh(order).state == "paid"
    assert Registration.objects.of_order(order).get().state == "completed"
    assert Ticket.objects.filter(registration__line__order=order).count() == 1
    entry.refresh_from_db()
    assert (entry.state, entry.invitations.get().state) == ("converted", "converted")
    assert not Message.objects.filter(template="waiting-invited").exists()


def test_it_waits_for_places_of_its_own_ticket_type_where_others_have_some(of_a_full_type: Any, treasurer: Any) -> None:
    order, other = of_a_full_type
    entry = paid_late.put_on_list(order, by=treasurer, reason="Slow")

    do_jobs(entry)
    assert not Invitation.objects.exists()
    guest = managing.add(
        entry.event, [entry.wishes.get().attraction_id], joiner("eve@example.org"), by=None, reason="x"
    )
    settling.cancel(other, reason="Ill")
    do_jobs(entry)

    assert fresh(order).state == "paid"
    assert Registration.objects.of_order(order).get().ticket_type.pool.taken == 1
    guest.refresh_from_db()
    assert guest.state == "invited"


def test_staff_is_asked_for_places_of_the_ticket_type_it_needs(of_a_full_type: Any, treasurer: Any) -> None:
    order, _other = of_a_full_type
    entry = paid_late.put_on_list(order, by=treasurer, reason="Slow")
    name = Registration.objects.of_order(order).get().ticket_type.name

    with pytest.raises(refusals.TooFewFree) as refused:
        inviting.invite_selected(entry.event, [entry.pk], by=treasurer)
    assert refused.value.lacking == {name: 1}
    inviting.invite_selected(entry.event, [entry.pk], by=treasurer, may_add_places=True)
    paid_late.complete_now(Invitation.objects.get())

    assert fresh(order).state == "paid"


def test_it_waits_behind_those_who_came_before(too_late: Any, full: Any, treasurer: Any) -> None:
    order, other = too_late
    first = managing.add(full.event, [full.pk], joiner("ada@example.org"), by=treasurer, reason="Called us")
    paid_late.put_on_list(order, by=treasurer, reason="Slow")

    settling.cancel(other, reason="Ill")
    inviting.fill(full.event_id)

    first.refresh_from_db()
    assert (first.state, fresh(order).state) == ("invited", "undecided")


def test_staff_may_change_its_mind_and_the_place_goes_on(too_late: Any, treasurer: Any) -> None:
    order, other = too_late
    entry = paid_late.put_on_list(order, by=treasurer, reason="Slow")
    deciding.give_back(order, reason="She asked", by=treasurer)

    settling.cancel(other, reason="Ill")
    do_jobs(entry)

    entry.refresh_from_db()
    assert (entry.state, fresh(order).state) == ("withdrawn", "cancelled")
    assert not Invitation.objects.open().exists()


def test_it_waits_once(too_late: Any, treasurer: Any) -> None:
    order, _other = too_late
    paid_late.put_on_list(order, by=treasurer, reason="Slow")

    with pytest.raises(refusals.AlreadyWaiting):
        paid_late.put_on_list(order, by=treasurer, reason="Slow")


def test_what_is_not_undecided_or_has_no_list_does_not_wait(too_late: Any, treasurer: Any) -> None:
    _order, other = too_late
    with pytest.raises((WrongState, refusals.NoWaitingList)):
        paid_late.put_on_list(other, by=treasurer, reason="Slow")

    alone = ordering.order(capacity=1)
    with pytest.raises(refusals.NoWaitingList):
        paid_late.put_on_list(alone, by=treasurer, reason="Slow")


def test_staff_gives_a_place_at_once_though_others_wait(too_late: Any, full: Any, treasurer: Any) -> None:
    order, other = too_late
    managing.add(full.event, [full.pk], joiner("ada@example.org"), by=treasurer, reason="Called us")
    settling.cancel(other, reason="Ill")

    deciding.give_places(order, reason="We promised")

    assert fresh(order).state == "paid"


def joiner(email: str) -> Joiner:
    return Joiner(name="Ada", email=email)


def test_whoever_has_paid_is_not_promised_an_invitation(too_late: Any, treasurer: Any) -> None:
    order, _other = too_late

    entry = paid_late.put_on_list(order, by=treasurer, reason="Her bank was slow")

    mail = Message.objects.get(subject_type="entry", subject_id=entry.pk)
    assert order.number in mail.text and "at position 1" in mail.text
    assert "not have to pay again" in mail.text
    assert "invitation" not in mail.text


def test_the_entry_of_a_paid_order_follows_its_buyer_and_the_old_link_leads_nowhere(
    too_late: tuple[Any, Any], treasurer: Any
) -> None:
    order, _other = too_late
    entry = paid_late.put_on_list(order, by=treasurer, reason="Paid")
    correcting_buyers.correct_buyer(order.pk, name="Ada", email="ada@right.example", by_staff=True)

    now = WaitingEntry.objects.get(pk=entry.pk)
    assert (now.name, now.email) == ("Ada", "ada@right.example")
    assert now.secret != entry.secret
    assert now.secret in Message.objects.get(template="waiting-joined-paid", recipient="ada@right.example").text
