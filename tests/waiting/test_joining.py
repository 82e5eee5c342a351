"""Beginning to wait, and stopping (W2, W9)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kring.accounts.models import Role
from kring.events.models import Attraction, Event, TicketType
from kring.mail.models import Message
from kring.registrations import booking
from kring.registrations.refusals import NoPlacesLeft, NotOnSale, NotOpenYet
from kring.waiting import joining, managing, refusals
from kring.waiting.joining import Joiner
from kring.waiting.models import WaitingEntry, WaitingStep
from tests import jobs, make
from tests.refusing import refuses
from tests.waiting.queueing import (
    call_off,
    enlarge,
    free_one,
    fresh,
    invitation_of,
    let_lapse,
    sold_out,
    states,
    wait,
)

pytestmark = pytest.mark.usefixtures("in_scope")


def test_whoever_joins_is_told_the_position_and_the_way_to_leave():
    attraction = sold_out()
    wait(attraction, name="bob")

    entry = wait(attraction, name="eve", party=2)

    assert joining.position_of(entry) == 2
    mail = Message.objects.get(recipient="eve@example.org", template="waiting-joined")
    assert "position 2" in mail.text
    assert entry.secret in mail.text
    assert list(entry.steps.values_list("kind", flat=True)) == ["joined"]


def test_nobody_waits_where_there_are_places():
    attraction = sold_out()
    enlarge(attraction)

    with pytest.raises(refusals.NotFull):
        wait(attraction)


def test_free_places_that_others_wait_for_are_no_reason_not_to_wait():
    attraction = sold_out()
    wait(attraction, party=3)
    enlarge(attraction)

    assert wait(attraction).state == "waiting"


def test_already_on_the_list_is_said_with_the_position_however_the_address_is_written():
    attraction = sold_out()
    wait(attraction, name="bob")
    eve = wait(attraction, name="eve")

    with pytest.raises(refusals.AlreadyWaiting) as refused:
        wait(attraction, name="eve", email=" EVE@example.org ")

    assert refused.value.entry == eve
    assert "position 2" in str(refused.value)


def test_the_position_that_is_told_is_among_those_who_want_the_same():
    """As the entry's page shows it: how many wait for something else does not count."""
    dinner = sold_out()
    walk = sold_out(event=dinner.event)
    wait(dinner, name="bob")

    wait(walk, name="eve")

    assert "position 1" in Message.objects.get(recipient="eve@example.org", template="waiting-joined").text
    with pytest.raises(refusals.AlreadyWaiting, match="position 1"):
        wait(walk, name="eve")


def test_whoever_has_an_invitation_is_told_to_look_into_the_mail():
    attraction = sold_out()
    wait(attraction, name="eve")
    free_one(attraction)

    with pytest.raises(refusals.AlreadyInvited):
        wait(attraction, name="eve")


def test_a_hundred_entries_of_one_address_are_one_entry():
    attraction = sold_out()
    refused = 0
    for _ in range(100):
        try:
            wait(attraction, name="eve")
        except refusals.AlreadyWaiting:
            refused += 1

    assert (refused, WaitingEntry.objects.count()) == (99, 1)


def test_one_address_waits_for_a_family_and_not_for_a_town():
    attraction = sold_out(event=make.event(kind=Event.Kind.ENROLMENT))
    for number in range(20):
        wait(attraction, name="eve", who=f"Child {number}")

    with pytest.raises(refusals.TooManyEntries):
        wait(attraction, name="eve", who="Child 20")


def test_a_party_is_no_larger_than_the_list_allows():
    attraction = sold_out(largest_party=2)

    with pytest.raises(refusals.PartyTooLarge):
        wait(attraction, party=3)
    assert wait(attraction, party=2).party == 2


def test_a_party_of_nobody_is_refused_of_staff_too():
    attraction = sold_out()

    with pytest.raises(refusals.PartyTooLarge):
        managing.add(
            attraction.event, [attraction.pk], Joiner("Eve", "eve@example.org", party=0), by=None, reason="asked"
        )


def test_a_list_that_is_over_takes_nobody():
    attraction = sold_out(ends_at=timezone.now() - timedelta(minutes=1))

    with pytest.raises(refusals.ListEnded):
        wait(attraction)


def test_an_event_without_a_list_has_nobody_waiting():
    attraction = make.attraction(capacity=0)

    with pytest.raises(refusals.NoWaitingList):
        wait(attraction)


def test_where_registration_has_closed_waiting_is_pointless():
    attraction = sold_out()
    Attraction.objects.filter(pk=attraction.pk).update(registration_closes_at=timezone.now() - timedelta(minutes=1))

    with pytest.raises(refusals.ListEnded):
        wait(fresh(attraction))


def test_before_registration_opens_nobody_gets_ahead_by_waiting():
    attraction = make.attraction(capacity=1)
    managing.switch_on(attraction.event)
    Event.objects.update(registration_opens_at=timezone.now() + timedelta(days=1))

    with pytest.raises(NotOpenYet):
        wait(fresh(attraction))
    assert not fresh(attraction).is_kept


def test_where_nothing_is_on_sale_waiting_is_pointless():
    attraction = sold_out()
    TicketType.objects.update(is_on_sale=False)

    with pytest.raises(NotOnSale):
        wait(attraction)


def test_nothing_wished_is_refused():
    attraction = sold_out()

    with pytest.raises(refusals.NothingWished):
        joining.wanted_of(attraction.event, [])


def test_members_come_first_where_the_list_says_so():
    attraction = sold_out(members_first=True)
    member = make.user("member@example.org")
    Role.objects.create(user=member, name=Role.Name.MEMBER)
    # Who only types a member's address waits as anybody.
    guest = wait(attraction, name="member")

    # The login proves it, whatever address is given.
    entry = wait(attraction, name="elsewhere", user=member)

    assert (joining.position_of(entry), joining.position_of(guest)) == (1, 2)
    free_one(attraction)
    assert states(guest, entry) == ["waiting", "invited"]


def test_leaving_gives_up_the_turn_and_another_may_join_by_the_same_address():
    attraction = sold_out()
    eve, bob = wait(attraction, name="eve"), wait(attraction, name="bob")

    joining.leave(eve)

    assert states(eve) == ["withdrawn"]
    assert joining.position_of(bob) == 1
    assert Message.objects.filter(template="waiting-left", recipient="eve@example.org").exists()
    assert joining.position_of(wait(attraction, name="eve")) == 2


def test_leaving_with_an_invitation_hands_the_place_to_the_next():
    attraction = sold_out()
    eve, bob = wait(attraction, name="eve"), wait(attraction, name="bob")
    free_one(attraction)

    joining.leave(fresh(eve))
    jobs.work()

    assert states(eve, bob) == ["withdrawn", "invited"]


def test_when_the_last_one_leaves_the_places_are_everybodys_again():
    attraction = sold_out()
    eve = wait(attraction, party=3)
    enlarge(attraction)
    assert fresh(attraction).is_kept

    joining.leave(eve)

    assert not fresh(attraction).is_kept
    assert booking.book(attraction.event, {attraction.ticket_types.get().pk: 1}, language="en").is_unpaid


def test_places_of_the_whole_event_are_sold_elsewhere_only_as_far_as_no_one_waits_for_them():
    event = make.event(capacity=10)
    first = sold_out(places=1, event=event)
    second = make.attraction(capacity=10, event=event)
    managing.change_list(event.waiting_lists.get())
    wait(first, party=4)
    enlarge(first, by=3)

    # Nine of ten places are free, of which those waiting for the first can use three.
    booking.book(event, {second.ticket_types.get().pk: 6}, language="en")
    with refuses(NoPlacesLeft):
        booking.book(event, {second.ticket_types.get().pk: 1}, language="en")
    assert wait(second, name="also").state == "waiting"


def test_everybody_hears_it_when_the_event_is_called_off():
    attraction = sold_out(places=2)
    eve, bob = wait(attraction, name="eve"), wait(attraction, name="bob")
    free_one(attraction)

    call_off(attraction.event)
    from kring.waiting import ending

    ending.end_due()

    assert states(eve, bob) == ["expired", "expired"]
    assert invitation_of(eve).state == "withdrawn"
    messages = Message.objects.filter(template="waiting-ended").values_list("recipient", flat=True)
    assert set(messages) == {"eve@example.org", "bob@example.org"}
    assert "The hall burnt down" in Message.objects.filter(template="waiting-ended").first().text


def test_who_is_invited_hears_it_too_where_nobody_waits_any_more():
    attraction = sold_out()
    eve = wait(attraction, name="eve")
    free_one(attraction)
    call_off(attraction.event)
    from kring.waiting import ending

    assert list(ending.over())
    ending.end_due()

    assert (states(eve), invitation_of(eve).state) == (["expired"], "withdrawn")


def test_the_list_is_over_when_the_registration_closes():
    attraction = sold_out()
    eve = wait(attraction)
    Attraction.objects.filter(pk=attraction.pk).update(registration_closes_at=timezone.now() - timedelta(minutes=1))
    from kring.waiting import ending

    assert ending.end_due() == 1
    assert ending.end_due() == 0
    assert states(eve) == ["expired"]


def test_every_step_is_in_the_history():
    attraction = sold_out()
    eve = wait(attraction, name="eve")
    free_one(attraction)
    let_lapse(eve)
    from kring.waiting import ending

    ending.expire_due()

    kinds = list(WaitingStep.objects.filter(entry=eve).values_list("kind", flat=True))
    assert kinds == ["joined", "invited", "expired"]
