"""Two kinds of acts, many of each at the same moment, over real connections: nobody is locked out, and all is right
after it (W3, W10). The worst moment of each pair is in test_locks.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kring.billing import settling
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.payments import paying
from kring.places.capacity import set_capacity
from kring.places.models import Pool
from kring.registrations import calling_off
from kring.waiting import answering, ending, inviting, joining
from kring.waiting.joining import Joiner
from kring.waiting.models import WaitingEntry
from tests import make
from tests.places.test_at_once import at_once
from tests.waiting.promises import (
    come_to_rest,
    every_entry_is_in_one_state,
    every_place_has_one_owner,
    no_place_is_free_for_which_somebody_waits,
)
from tests.waiting.queueing import begin, enlarge, fresh, invitation_of, let_lapse, sold_out, start, states, wait

pytestmark = pytest.mark.django_db(transaction=True)
OF_EACH = 6


@pytest.fixture
def queue(organisation: Any) -> Any:
    """Six are invited, half of whom have begun to register, and six wait."""
    with scope(organisation):
        attraction = sold_out(places=1, price="10")
        attraction.invited = [wait(attraction, name=f"invited-{number}") for number in range(OF_EACH)]
        enlarge(attraction, by=OF_EACH)
        for entry in attraction.invited[::2]:
            begin(entry)
        attraction.waiting = [wait(attraction, name=f"waiting-{number}") for number in range(OF_EACH)]
        attraction.event = fresh(attraction.event)
        attraction.by = make.user()
        return attraction


def fill(queue: Any, number: int) -> None:
    inviting.fill(queue.event_id)


def pay(queue: Any, number: int) -> None:
    paying.confirm(start(begin(queue.invited[number])))


def begin_again(queue: Any, number: int) -> None:
    begin(queue.invited[number])


def decline(queue: Any, number: int) -> None:
    answering.decline(invitation_of(queue.invited[number]), keep_waiting=bool(number % 2))


def expire(queue: Any, number: int) -> None:
    let_lapse(queue.invited[number])
    settling.expire_due()
    ending.expire_due()


def call_off(queue: Any, number: int) -> None:
    if number == 0:
        calling_off.call_off(queue.event, reason="The hall burnt down")
    ending.end_due()


def join(queue: Any, number: int) -> None:
    joiner = Joiner(f"New {number}", f"new-{number}@example.org")
    joining.join_unasked(queue.event, joining.wanted_of(queue.event, [queue.pk]), joiner)


def add_a_place(queue: Any, number: int) -> None:
    pool = Pool.objects.select_for_update(no_key=True).get(pk=queue.pool_id)
    set_capacity(pool, pool.capacity + 1)


def leave(queue: Any, number: int) -> None:
    joining.leave([*queue.waiting[::2], *queue.invited[::2]][number])


def staff_invites(queue: Any, number: int) -> None:
    inviting.invite_selected(queue.event, [queue.waiting[number].pk], by=queue.by, may_add_places=True)


def many_of_each(organisation: Any, queue: Any, *acts: Callable[[Any, int], None]) -> list[str]:
    """What each was refused for; "" where it was done."""

    def one(number: int) -> str:
        try:
            with scope(organisation):
                acts[number % 2](queue, number // 2)
        except Refusal as refusal:
            return str(refusal)
        return ""

    return at_once(one, 2 * OF_EACH)


@pytest.mark.parametrize(
    "acts",
    [
        (fill, pay),
        (decline, fill),
        (expire, begin_again),
        (call_off, join),
        (add_a_place, leave),
        (staff_invites, leave),
        (pay, expire),
    ],
    ids=lambda acts: " and ".join(act.__name__ for act in acts),
)
def test_whatever_meets_nobody_is_locked_out_and_every_place_has_one_owner(organisation, queue, acts):
    done = many_of_each(organisation, queue, *acts)

    assert len(done) == 2 * OF_EACH
    come_to_rest(organisation)
    with scope(organisation):
        every_place_has_one_owner([queue])
        every_entry_is_in_one_state([queue])
        no_place_is_free_for_which_somebody_waits([queue], is_strict=True)


def test_whoever_joins_while_the_event_is_called_off_is_refused_or_hears_of_it(organisation, queue):
    many_of_each(organisation, queue, call_off, join)

    come_to_rest(organisation)
    with scope(organisation):
        assert not WaitingEntry.objects.live().exists()
        assert Pool.objects.get(pk=queue.pool_id).taken == 1


def test_each_place_that_was_paid_at_once_is_paid_once(organisation, queue):
    done = many_of_each(organisation, queue, pay, fill)

    come_to_rest(organisation)
    with scope(organisation):
        assert set(done) == {""}
        assert states(*queue.invited) == ["converted"] * OF_EACH
        assert states(*queue.waiting) == ["waiting"] * OF_EACH
        assert Pool.objects.get(pk=queue.pool_id).taken == 1 + OF_EACH
