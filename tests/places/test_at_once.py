"""Many at once, over real connections: exactly as many places are given as there are (R5)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, current_thread, local, main_thread
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from kring.core.tenancy import scope
from kring.places import claiming
from kring.places.models import Claim, Hold, Pool
from kring.places.refusals import SoldOut
from tests import database, make

BUYERS, PLACES = 24, 10
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(work: Any, how_many: int = BUYERS) -> list[Any]:
    """`work(number)` in as many threads, each with a connection of its own, let go at the same moment."""
    barrier = Barrier(how_many)

    def one(number: int) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(how_many) as threads:
        return list(threads.map(one, range(how_many)))


def meet(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, how_many: int, *, skip: int = 0) -> None:
    """For negative controls, which need no luck then: each of `how_many` threads, having gone `skip` times through this
    function, goes on from it only when all have come as far."""
    real, all_of_them, mine = getattr(where, name), Barrier(how_many), local()

    def meeting(*args: Any, **kwargs: Any) -> Any:
        done = real(*args, **kwargs)
        if current_thread() is not main_thread():
            mine.calls = getattr(mine, "calls", 0) + 1
            if mine.calls == skip + 1:
                all_of_them.wait(timeout=60)
        return done

    monkeypatch.setattr(where, name, meeting)


@contextmanager
def without_the_trigger():
    """The negative control: the counter is no longer kept by the database."""
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        owner.execute("ALTER TABLE places_claim DISABLE TRIGGER USER")
        try:
            yield
        finally:
            owner.execute("ALTER TABLE places_claim ENABLE TRIGGER USER")


def rush(organisation: Any, pools: list[Pool]) -> list[bool]:
    def buy(number: int) -> bool:
        with scope(organisation):
            try:
                # Half of them name the pools the other way round: no two may lock each other out.
                wanted = pools if number % 2 else pools[::-1]
                claiming.claim([wanted], expires_at=timezone.now() + timedelta(minutes=5))
            except SoldOut:
                return False
        return True

    return at_once(buy)


def claimed(organisation: Any, pool: Pool) -> int:
    with scope(organisation):
        return sum(Claim.objects.filter(pool=pool).values_list("quantity", flat=True))


def a_pool(organisation: Any, *capacities: int) -> list[Pool]:
    with scope(organisation):
        return [make.pool(capacity) for capacity in capacities]


def test_a_rush_gives_exactly_as_many_places_as_there_are(organisation):
    small, large = a_pool(organisation, PLACES, 100)

    got = rush(organisation, [small, large])

    assert sum(got) == PLACES
    assert claimed(organisation, small) == claimed(organisation, large) == PLACES


def test_without_the_trigger_the_same_rush_sells_too_many(organisation):
    [pool] = a_pool(organisation, PLACES)

    with without_the_trigger():
        got = rush(organisation, [pool])

    assert sum(got) > PLACES


def test_places_that_have_expired_are_given_once_to_those_who_come(organisation):
    [pool] = a_pool(organisation, PLACES)
    with scope(organisation):
        claiming.claim([[pool]] * PLACES, expires_at=timezone.now() - timedelta(seconds=1))

    got = rush(organisation, [pool])

    assert sum(got) == PLACES == claimed(organisation, pool)


def test_releasing_and_keeping_at_the_same_moment_has_one_winner(organisation):
    [pool] = a_pool(organisation, PLACES)
    with scope(organisation):
        holds = claiming.claim([[pool]] * PLACES, expires_at=timezone.now() + timedelta(minutes=5))

    def pull(number: int) -> tuple[int, bool]:
        hold = holds[number // 2].pk
        with scope(organisation):
            return hold, bool(claiming.keep([hold]) if number % 2 else claiming.release([hold]))

    at_once(pull, PLACES * 2)

    with scope(organisation):
        kept = Hold.objects.filter(released_at=None)
        assert claimed(organisation, pool) == kept.count()
        assert not kept.filter(expires_at__isnull=False).exists()


def test_a_payment_that_keeps_a_hold_wins_over_a_rush_that_finds_it_expired_or_loses_wholly(organisation):
    [pool] = a_pool(organisation, PLACES)
    with scope(organisation):
        holds = claiming.claim([[pool]] * PLACES, expires_at=timezone.now() - timedelta(seconds=1))

    def pay_or_buy(number: int) -> bool:
        with scope(organisation):
            if number < PLACES:
                return claiming.keep([holds[number].pk])
            try:
                claiming.claim([[pool]], expires_at=None)
            except SoldOut:
                return False
            return True

    got = at_once(pay_or_buy, PLACES * 2)

    assert sum(got) == PLACES == claimed(organisation, pool)
