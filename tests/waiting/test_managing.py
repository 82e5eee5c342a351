"""What staff does with the queue (W1, W6)."""

from __future__ import annotations

import pytest

from kring.events.refusals import Contradiction
from kring.organisations.models import AuditEntry
from kring.waiting import joining, managing, refusals
from kring.waiting.joining import Joiner
from kring.waiting.models import WaitingEntry
from tests import jobs, make
from tests.waiting.queueing import begin, free_one, fresh, pay, sold_out, states, wait

pytestmark = pytest.mark.usefixtures("in_scope")


def order():
    return list(WaitingEntry.objects.waiting().in_order().values_list("name", flat=True))


def test_switching_on_what_is_on_already_is_said_and_changes_nothing():
    attraction = sold_out()

    with pytest.raises(refusals.AlreadyOn):
        managing.switch_on(attraction.event)


def test_no_part_chosen_is_an_error():
    with pytest.raises(refusals.NoEventChosen):
        managing.switch_on(make.attraction().event, attractions=[])


def test_a_part_of_another_event_is_not_chosen():
    with pytest.raises(refusals.NoEventChosen):
        managing.switch_on(make.attraction().event, attractions=[make.attraction().pk])


def test_a_reminder_before_the_invitation_is_a_contradiction():
    with pytest.raises(Contradiction):
        managing.switch_on(make.attraction().event, hours=5, remind_hours=9)


def test_what_somebody_waits_for_stays_on_the_list():
    attraction = sold_out()
    other = make.attraction(event=attraction.event)
    wait(attraction)

    with pytest.raises(refusals.StillWaited):
        managing.change_list(attraction.event.waiting_lists.get(), attractions=[other.pk])


def test_staff_adds_somebody_at_the_end_with_a_reason():
    attraction = sold_out()
    wait(attraction, name="eve")

    entry = managing.add(attraction.event, [attraction.pk], Joiner("Bob", "bob@example.org"), by=None, reason="Called")

    assert joining.position_of(entry) == 2
    assert AuditEntry.objects.filter(action="waiting.added").exists()


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_done_without_a_reason(reason):
    entry = wait(sold_out())

    with pytest.raises(refusals.ReasonNeeded):
        managing.move(entry, before=None, by=None, reason=reason)


def test_somebody_is_moved_before_another_and_to_the_end():
    attraction = sold_out()
    entries = {name: wait(attraction, name=name) for name in "abcd"}

    managing.move(entries["d"], before=entries["b"], by=None, reason="asked")
    assert order() == ["a", "d", "b", "c"]
    managing.move(entries["a"], before=None, by=None, reason="asked")
    assert order() == ["d", "b", "c", "a"]
    wait(attraction, name="new")
    assert order() == ["d", "b", "c", "a", "new"]


def test_moving_between_the_same_two_again_and_again_never_runs_out_of_room():
    attraction = sold_out()
    a, b, c, d = (wait(attraction, name=name) for name in "abcd")
    for _ in range(70):
        managing.move(b, before=d, by=None, reason="again")
        managing.move(c, before=d, by=None, reason="again")
    assert order() == ["a", "b", "c", "d"]

    wait(attraction, name="new")
    assert order() == ["a", "b", "c", "d", "new"]
    assert joining.position_of(fresh(a)) == 1


def test_who_is_removed_hears_why():
    staff = make.staff("organiser")
    entry = wait(sold_out())

    with pytest.raises(refusals.ReasonNeeded):
        joining.leave(entry, by=staff)
    joining.leave(entry, by=staff, reason="Twice on the list")

    assert states(entry) == ["withdrawn"]
    assert fresh(entry).reason == "Twice on the list"


def test_an_open_invitation_outlives_the_list():
    attraction = sold_out(places=2)
    eve, bob = wait(attraction, name="eve"), wait(attraction, name="bob")
    free_one(attraction)

    managing.switch_off(attraction.event.waiting_lists.get())
    assert states(eve, bob) == ["invited", "expired"]
    pay(begin(eve))

    assert states(eve, bob) == ["converted", "expired"]
    assert (fresh(attraction).has_waiting_list, fresh(attraction).is_kept) == (False, False)


def test_when_the_party_that_held_up_the_queue_is_gone_the_next_is_invited():
    attraction = sold_out()
    large, small = wait(attraction, party=2), wait(attraction)
    free_one(attraction)
    assert states(large, small) == ["waiting", "waiting"]

    joining.leave(large)
    jobs.work()

    assert states(large, small) == ["withdrawn", "invited"]
