"""Whatever happens in whatever order: a state machine plays with a queue, and the promises hold whenever it rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from kring.accounts.models import Role
from kring.billing import settling
from kring.billing.models import Order
from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.payments import paying
from kring.places.capacity import set_capacity
from kring.places.models import Pool
from kring.waiting import answering, ending, inviting, joining, managing
from kring.waiting.models import Invitation, WaitingEntry
from tests import jobs, make
from tests.waiting.promises import (
    every_entry_is_in_one_state,
    every_place_has_one_owner,
    it_is_said_why_nobody_is_invited,
    no_place_is_free_for_which_somebody_waits,
)
from tests.waiting.queueing import begin, fresh, let_lapse, let_order_lapse, paid, start, wait

NUMBER = st.integers(0, 9)
PATIENCE = 2


class Queue(RuleBasedStateMachine):
    organisation: Any = None
    policy = "strict"

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.scope = scope(self.organisation)
        self.scope.__enter__()
        self.seen = 0
        self.by_staff: set[int] = set()
        # How often each was overtaken, as we saw it.
        self.passed: Counter[int] = Counter()

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(
        hall=st.sampled_from([None, 5, 6]), members_first=st.booleans(), others=st.sampled_from(["keep", "give_up"])
    )
    def begin_sold_out(self, hall: int | None, members_first: bool, others: str) -> None:
        """`hall`: places of the whole event, beside those of its two parts."""
        self.event = make.event(**({"capacity": hall} if hall else {}))
        first, second = (make.attraction(capacity=number, price="10", event=self.event) for number in (2, 3))
        for each in (first, first, second, second, second):
            paid(each)
        rules = {"policy": self.policy, "patience": PATIENCE, "others": others, "members_first": members_first}
        managing.switch_on(self.event, **rules)
        self.parts = [fresh(first), fresh(second)]
        self.pools = [pool for pool in (first.pool_id, second.pool_id, self.event.pool_id) if pool]
        self.member = make.user()
        Role.objects.create(user=self.member, name=Role.Name.MEMBER)
        self.rest()

    # What may happen.

    @rule(party=st.integers(1, 3), which=st.sampled_from([[0], [1], [0, 1], [1, 0]]), is_member=st.booleans())
    def join(self, party: int, which: list[int], is_member: bool) -> None:
        user = self.member if is_member else None
        self.attempt(lambda: wait(*(fresh(self.parts[i]) for i in which), party=party, user=user))

    @rule(number=NUMBER)
    def leave(self, number: int) -> None:
        self.with_one(WaitingEntry.objects.live(), number, joining.leave)

    @rule(number=NUMBER)
    def cancel(self, number: int) -> None:
        orders = Order.objects.filter(state=Order.State.PAID)
        self.with_one(orders, number, lambda order: settling.cancel(order, reason="ill"))

    @rule(which=st.integers(0, 2), capacity=st.integers(0, 8))
    def change_capacity(self, which: int, capacity: int) -> None:
        pool = Pool.objects.get(pk=self.pools[which % len(self.pools)])
        self.attempt(lambda: set_capacity(pool, capacity))

    def invited(self) -> Any:
        return WaitingEntry.objects.filter(state=WaitingEntry.State.INVITED)

    @precondition(lambda self: self.invited().exists())
    @rule(number=NUMBER)
    def lapse(self, number: int) -> None:
        self.with_one(self.invited(), number, let_lapse)

    @precondition(lambda self: self.invited().exists())
    @rule(number=NUMBER, fewer=st.integers(0, 2))
    def pay(self, number: int, fewer: int) -> None:
        def act(entry: WaitingEntry) -> None:
            paying.confirm(start(begin(entry, tickets=max(entry.party - fewer, 1))))

        self.with_one(self.invited(), number, act)

    @precondition(lambda self: self.invited().exists())
    @rule(number=NUMBER)
    def fail(self, number: int) -> None:
        def act(entry: WaitingEntry) -> None:
            order = begin(entry, tickets=entry.party)
            paying.fail(start(order), "insufficient_funds")
            let_order_lapse(order)

        self.with_one(self.invited(), number, act)

    @rule(number=NUMBER)
    def money_comes_late(self, number: int) -> None:
        late = Order.objects.filter(state=Order.State.EXPIRED, payments__isnull=False).distinct()
        self.with_one(late, number, lambda order: paying.confirm(order.payments.first()))

    @precondition(lambda self: self.invited().exists())
    @rule(number=NUMBER, keep_waiting=st.booleans())
    def decline(self, number: int, keep_waiting: bool) -> None:
        def act(entry: WaitingEntry) -> None:
            answering.decline(Invitation.objects.open().get(entry=entry), keep_waiting=keep_waiting)

        self.with_one(self.invited(), number, act)

    @rule(number=NUMBER, other=NUMBER)
    def move(self, number: int, other: int) -> None:
        waiting = list(WaitingEntry.objects.waiting().in_order())
        if len(waiting) > 1:
            entry, before = waiting[number % len(waiting)], waiting[other % len(waiting)]
            before = None if before == entry else before
            self.attempt(lambda: managing.move(entry, before=before, by=None, reason="asked"))

    @precondition(lambda self: WaitingEntry.objects.waiting().exists())
    @rule(number=NUMBER)
    def staff_invites(self, number: int) -> None:
        def act(entry: WaitingEntry) -> None:
            inviting.invite_selected(self.event, [entry.pk], by=None)
            self.by_staff.add(entry.pk)

        self.with_one(WaitingEntry.objects.waiting(), number, act)

    # And what is true whenever everything due has been done.

    def with_one(self, rows: Any, number: int, act: Callable[[Any], Any]) -> None:
        if found := list(rows.order_by("pk")):
            self.attempt(lambda: act(found[number % len(found)]))

    def attempt(self, act: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                act()
        except Refusal:
            pass
        self.rest()

    def rest(self) -> None:
        settling.expire_due()
        ending.expire_due()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'mail.deliver'")
            # One mail in four never leaves.
            cursor.execute("UPDATE mail_message SET state = 'kept' WHERE state = 'queued' AND id % 4 > 0")
        jobs.work()
        every_place_has_one_owner(self.parts)
        every_entry_is_in_one_state(self.parts)
        is_strict = self.policy == "strict"
        no_place_is_free_for_which_somebody_waits(self.parts, is_strict=is_strict, patience=PATIENCE)
        it_is_said_why_nobody_is_invited(fresh(self.event))
        self.nobody_was_overtaken()

    def nobody_was_overtaken(self) -> None:
        waiting = list(WaitingEntry.objects.waiting().in_order().prefetch_related("wishes"))
        for invitation in Invitation.objects.filter(pk__gt=self.seen).select_related("entry"):
            self.seen = max(self.seen, invitation.pk)
            entry = invitation.entry
            if entry.pk in self.by_staff:
                continue
            for other in waiting:
                earlier = (other.priority, other.turn, other.pk) < (entry.priority, entry.turn, entry.pk)
                wanted = invitation.attraction_id in {wish.attraction_id for wish in other.wishes.all()}
                if earlier and wanted and other.pk not in self.by_staff:
                    self.passed[other.pk] += 1
                    assert self.policy == "fill" and self.passed[other.pk] <= PATIENCE
        self.by_staff &= {each.pk for each in waiting} | set(self.invited().values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("policy", ["strict", "fill"])
def test_no_order_of_events_breaks_what_the_list_promises(policy):
    Queue.organisation = make.organisation()
    Queue.policy = policy
    few = settings(
        max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Queue, settings=few)
