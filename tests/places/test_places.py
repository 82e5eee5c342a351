"""Never one too many, whatever happens in whatever order (R5): a state machine plays with a pool and its holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from kring.core.tenancy import scope
from kring.places import claiming
from kring.places.capacity import free_places, set_capacity
from kring.places.models import Claim, Hold, Pool
from kring.places.refusals import SoldOut, TooFewPlaces
from tests import make

PAST, FUTURE = timedelta(minutes=-1), timedelta(minutes=30)


class Places(RuleBasedStateMachine):
    """Two pools, and a model of them that is as simple as can be: who holds how many of what, until when."""

    organisation = None
    holds = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.scope = scope(self.organisation)
        self.scope.__enter__()
        self.pools = [make.pool(3), make.pool(5)]
        self.capacity = [3, 5]
        # hold id → (which pools, overdue by the clock?)
        self.alive: dict[int, tuple[list[int], bool]] = {}

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def in_use(self, which: int, *, dead_too: bool = True) -> int:
        return sum(pools.count(which) for pools, dead in self.alive.values() if dead_too or not dead)

    @rule(target=holds, which=st.lists(st.sampled_from([0, 1]), min_size=1, max_size=4), dead=st.booleans())
    def claim(self, which: list[int], dead: bool) -> int | None:
        fits = all(self.in_use(i, dead_too=False) + which.count(i) <= self.capacity[i] for i in set(which))
        expires_at = timezone.now() + (PAST if dead else FUTURE)
        try:
            [hold] = claiming.claim([[self.pools[i] for i in which]], expires_at=expires_at)
        except SoldOut as refused:
            assert not fits
            assert refused.pool_ids
            self.forget_what_was_let_go()
            return None
        assert fits
        self.forget_what_was_let_go()
        self.alive[hold.pk] = (which, dead)
        return hold.pk

    def forget_what_was_let_go(self) -> None:
        gone = set(Hold.objects.exclude(released_at=None).values_list("pk", flat=True))
        assert all(self.alive[pk][1] for pk in gone & self.alive.keys()), "a hold was let go before its time"
        self.alive = {pk: held for pk, held in self.alive.items() if pk not in gone}

    @rule(hold=holds)
    def release(self, hold: int | None) -> None:
        released = claiming.release([hold] if hold else [])
        assert released == (1 if self.alive.pop(hold, None) else 0)

    @rule(hold=holds)
    def keep(self, hold: int | None) -> None:
        assert claiming.keep([hold] if hold else []) == (hold in self.alive or hold is None)
        if hold in self.alive:
            self.alive[hold] = (self.alive[hold][0], False)

    @rule(which=st.sampled_from([0, 1]), capacity=st.integers(0, 6))
    def set_capacity(self, which: int, capacity: int) -> None:
        try:
            set_capacity(self.pools[which], capacity)
        except TooFewPlaces:
            assert capacity < self.in_use(which)
        else:
            assert capacity >= self.in_use(which)
            self.capacity[which] = capacity

    @invariant()
    def what_is_taken_is_what_is_claimed(self) -> None:
        for which, pool in enumerate(self.pools):
            pool.refresh_from_db()
            assert pool.taken == self.in_use(which) <= pool.capacity == self.capacity[which]

    @invariant()
    def what_is_free_is_true_by_the_clock(self) -> None:
        for which, pool in enumerate(Pool.objects.filter(pk__in=[p.pk for p in self.pools]).order_by("pk")):
            free = free_places([pool])[pool.pk]
            if pool.is_full:
                assert free == self.capacity[which] - self.in_use(which, dead_too=False)


@pytest.mark.django_db
def test_no_order_of_events_gives_one_place_too_many():
    Places.organisation = make.organisation()
    few = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Places, settings=few)


def test_a_claim_cannot_be_changed_behind_the_counters_back(in_scope):
    [hold] = claiming.claim([[make.pool(5)]], expires_at=None)

    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        Claim.objects.filter(hold=hold).update(quantity=3)


def test_claims_written_by_raw_sql_count_too(in_scope):
    pool = make.pool(5)
    hold = Hold.objects.create()

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO places_claim (hold_id, pool_id, quantity) VALUES (%s, %s, 2)", [hold.pk, pool.pk])

    pool.refresh_from_db()
    assert pool.taken == 2


def test_a_hold_of_several_pools_takes_from_all_or_from_none(in_scope):
    roomy, full = make.pool(5), make.pool(0)

    with pytest.raises(SoldOut) as refused:
        claiming.claim([[roomy], [roomy, full]], expires_at=None)

    assert refused.value.pool_ids == {full.pk}
    roomy.refresh_from_db()
    assert roomy.taken == 0
    assert not Hold.objects.exists()
