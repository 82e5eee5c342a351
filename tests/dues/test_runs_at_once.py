"""Two runs of one period at the same moment, over real connections: each member has one contribution (C2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError
from django.utils import timezone

from kring.billing.models import Order
from kring.core.tenancy import scope
from kring.dues import planning, recording, refusals, running
from kring.dues.models import Contribution, ContributionRun
from kring.dues.planning import Due
from kring.organisations.models import Organisation
from tests import database, make
from tests.dues.test_running import PERIOD, table
from tests.places.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MEMBERS, RUNS = 24, 2
ONE_RUN, ONE_EACH = "contribution_run_is_one_at_a_time", "contributions_do_not_overlap"


@pytest.fixture
def organisation(transactional_db: None) -> Organisation:
    made = make.organisation()
    with scope(made):
        adults = table("Adults", "120.00")
        for _n in range(MEMBERS):
            make.member(type=adults)
    return made


@contextmanager
def without(*promises: str) -> Iterator[None]:
    """The negative control: the database allows it."""
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        again = [taken_away(owner, name) for name in promises]
        try:
            yield
        finally:
            owner.execute("DELETE FROM dues_contribution; DELETE FROM dues_contributionrun")
            for statement in again:
                owner.execute(statement)


def taken_away(owner: psycopg.Connection, name: str) -> Any:
    """The statement that brings it back."""
    found = owner.execute(
        "SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
    ).fetchone()
    if found:
        owner.execute(f"ALTER TABLE {found[0]} DROP CONSTRAINT {name}")
        return f"ALTER TABLE {found[0]} ADD CONSTRAINT {name} {found[1]}"
    index = owner.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name]).fetchone()
    assert index is not None
    owner.execute(f"DROP INDEX {name}")
    return index[0]


def begun() -> int:
    return running.begin(
        PERIOD, name="Year", due_on=timezone.localdate() + timedelta(days=30), by=None, is_mailed=False, by_worker=False
    ).pk


def made_at_once(organisation: Organisation, runs: Sequence[int]) -> list[bool]:
    """Which of them came to their end."""

    def carry_out(number: int) -> bool:
        try:
            running.carry_out(organisation.pk, runs[number], most=5)
        except IntegrityError:
            return False
        return True

    return at_once(carry_out, len(runs))


def each_has(organisation: Organisation) -> set[int]:
    """Numbers of contributions that members have."""
    with scope(organisation):
        found = Counter(Contribution.objects.values_list("member", flat=True))
        assert len(found) == MEMBERS
        assert Order.objects.count() == Contribution.objects.count()
        return set(found.values())


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each looks what there is before any of them writes."""
    look, both = planning.without_existing, Barrier(RUNS)

    def looked(piece: Sequence[Due]) -> list[Due]:
        found = look(piece)
        both.wait(timeout=60)
        return found

    monkeypatch.setattr(recording, "lock", lambda: None)
    monkeypatch.setattr(planning, "without_existing", looked)


def test_of_runs_begun_at_once_there_is_one(organisation: Organisation) -> None:
    def begin(_number: int) -> bool:
        try:
            with scope(organisation):
                return bool(begun())
        except refusals.AnotherRun:
            return False

    assert sum(at_once(begin, 6)) == 1
    with without(ONE_RUN):
        assert sum(at_once(begin, 6)) == 6


def test_workers_of_one_run_make_each_once(organisation: Organisation) -> None:
    with scope(organisation):
        run = begun()

    assert all(made_at_once(organisation, [run] * 4))

    assert each_has(organisation) == {1}
    with scope(organisation):
        found = ContributionRun.objects.get()
        assert (found.state, found.made, found.total) == ("done", MEMBERS, 120 * MEMBERS)


def test_two_runs_at_once_make_each_once_whoever_wins(organisation: Organisation) -> None:
    with without(ONE_RUN):
        with scope(organisation):
            runs = [begun() for _n in range(RUNS)]

        assert all(made_at_once(organisation, runs))

        assert each_has(organisation) == {1}
        with scope(organisation):
            assert sum(ContributionRun.objects.values_list("made", flat=True)) == MEMBERS


def test_without_the_lock_the_database_refuses_the_second(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks(monkeypatch)
    with without(ONE_RUN):
        with scope(organisation):
            runs = [begun() for _n in range(RUNS)]

        # One piece is all there is: the one that comes second is told so.
        monkeypatch.setattr(running, "_pieces", lambda plan, most: [list(plan.all_due)])
        assert sorted(made_at_once(organisation, runs)) == [False, True]

        assert each_has(organisation) == {1}


def test_without_both_there_are_two(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    without_locks(monkeypatch)
    with without(ONE_RUN, ONE_EACH):
        with scope(organisation):
            runs = [begun() for _n in range(RUNS)]

        assert all(made_at_once(organisation, runs))

        assert each_has(organisation) == {2}
