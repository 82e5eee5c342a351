"""A worker that is down for days and comes back: its jobs are done once, and nobody suffers for it (W4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from kring.billing import settling
from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.core.ticking import tick
from kring.mail.models import Message
from kring.waiting import inviting, refusals
from kring.waiting.models import Invitation
from tests.jobs import work
from tests.waiting.passing import let_pass
from tests.waiting.queueing import begin, fresh, invitation_of, sold_out, states, wait

DAY = timedelta(days=1)


@pytest.fixture
def queue(organisation: Any) -> Any:
    with scope(organisation):
        attraction = sold_out()
        attraction.eve, attraction.bob = wait(attraction, name="eve"), wait(attraction, name="bob")
        work()
        return attraction


def free_one(organisation: Any) -> None:
    """Somebody cancels; what that queues nobody does."""
    with scope(organisation):
        settling.cancel(Order.objects.get(state=Order.State.PAID), reason="Ill")


def the_worker_comes_back() -> None:
    """And ticks again a minute later, as ever."""
    for _ in range(2):
        tick()
        work()


def states_of_both(organisation: Any, queue: Any) -> list[str]:
    with scope(organisation):
        return states(queue.eve, queue.bob)


def test_a_place_that_came_free_meanwhile_is_kept_and_goes_to_the_next_once(organisation, queue):
    free_one(organisation)
    let_pass(organisation, DAY)
    assert states_of_both(organisation, queue) == ["waiting", "waiting"]

    the_worker_comes_back()

    assert states_of_both(organisation, queue) == ["invited", "waiting"]
    with scope(organisation):
        # The hours count from now on, not from when the place came free.
        assert invitation_of(queue.eve).expires_at > timezone.now() + 1.9 * DAY
        assert Message.objects.filter(template="waiting-invited", recipient="eve@example.org").count() == 1


def test_a_deadline_that_goes_by_meanwhile_counts_and_the_place_goes_on_when_it_is_back(organisation, queue):
    free_one(organisation)
    work()
    let_pass(organisation, 3 * DAY)
    with scope(organisation):
        with pytest.raises(refusals.InvitationExpired):
            begin(queue.eve)
        assert states(queue.bob) == ["waiting"]

    the_worker_comes_back()

    assert states_of_both(organisation, queue) == ["expired", "invited"]
    with scope(organisation):
        assert Message.objects.filter(template="waiting-expired", recipient="eve@example.org").count() == 1
        assert not Message.objects.filter(template="waiting-reminder").exists()


def test_whose_invitation_was_written_and_never_left_keeps_her_turn(organisation, queue):
    free_one(organisation)
    with scope(organisation):
        inviting.fill(queue.event_id)
        old = invitation_of(queue.eve)
    let_pass(organisation, 3 * DAY)

    the_worker_comes_back()

    assert states_of_both(organisation, queue) == ["invited", "waiting"]
    with scope(organisation):
        assert fresh(old).state == Invitation.State.UNSENT
        left = Message.objects.filter(template="waiting-invited").exclude(state=Message.State.WITHDRAWN)
        assert [each.pk for each in left] == [invitation_of(queue.eve).message_id]
        assert begin(queue.eve).state == Order.State.OPEN
