"""No path collects a contribution twice (C3): random collections, returns, retries, other payments and crashes; two
treasurers at the same moment; and with the database's promise taken away it is seen to fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kring.core.refusals import Refusal
from kring.core.tenancy import scope
from kring.direct_debit import collecting, planning, returns
from kring.direct_debit.models import CollectionRun, CreditorAccount, Debit, DebitItem, DebitReturn
from kring.dues.models import Contribution
from kring.payments import by_hand
from kring.payments.models import Payment
from tests import database, make
from tests.direct_debit.collecting import creditor, owed
from tests.dues import owing
from tests.payments.test_at_the_same_moment import at_once, in_scope_of

State = Debit.State
NOBODY_TAKES_TWICE = "contribution_is_in_one_debit_at_a_time"


class Crash(Exception):
    pass


@contextmanager
def perhaps_crashing(crashes: bool) -> Iterator[None]:
    """A worker that is killed: what it did is undone."""
    try:
        with transaction.atomic():
            yield
            if crashes:
                raise Crash
    except (Crash, Refusal):
        pass


def overcollected() -> list[Contribution]:
    """Those of which more is being collected, or was, than they are worth; and of which two debits are under way."""
    taken = DebitItem.objects.filter(state__in=[State.ANNOUNCED, State.UNDER_WAY, State.COLLECTED])
    sums = dict(taken.order_by().values_list("contribution").annotate(sum=Sum("amount")))
    return [each for each in Contribution.objects.all() if sums.get(each.pk, Decimal(0)) > each.amount]


class Collecting(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.organisation = make.organisation()
        with scope(self.organisation):
            creditor()
            for name in "ab":
                owed("80.00", name=name)
            self.anna, self.bert = make.staff("treasurer"), make.staff("treasurer")

    @rule(crashes=st.booleans())
    def announce(self, crashes: bool) -> None:
        with scope(self.organisation), perhaps_crashing(crashes):
            account, today = CreditorAccount.objects.get(), timezone.localdate()
            seen = planning.plan(account, today).digest
            collecting.announce(account, today, seen=seen, by=self.anna)

    @rule(which=st.integers(0, 9), act=st.sampled_from(["release", "hand", "book", "off"]), crashes=st.booleans())
    def move(self, which: int, act: str, crashes: bool) -> None:
        with scope(self.organisation), perhaps_crashing(crashes):
            runs = list(CollectionRun.objects.order_by("pk"))
            if not runs:
                return
            run = runs[which % len(runs)]
            match act:
                case "release":
                    collecting.release(run, by=self.bert)
                case "hand":
                    collecting.hand_over(run, by=self.bert)
                case "book":
                    collecting.book(run, on=run.collect_on, by=self.bert)
                case "off":
                    collecting.call_off(run, seen=run.state, by=self.bert)

    @rule(which=st.integers(0, 9), code=st.sampled_from(["AM04", "MS03"]), crashes=st.booleans())
    def give_back(self, which: int, code: str, crashes: bool) -> None:
        with scope(self.organisation), perhaps_crashing(crashes):
            if debits := list(Debit.objects.order_by("pk")):
                debit = debits[which % len(debits)]
                returns.apply(debit, returns.Reported(code, "statement", timezone.localdate()))

    @rule(which=st.integers(0, 9))
    def take_a_return_back(self, which: int) -> None:
        with scope(self.organisation), perhaps_crashing(False):
            if rows := list(DebitReturn.objects.order_by("pk")):
                returns.take_back(rows[which % len(rows)], by=None)

    @rule(which=st.integers(0, 1), amount=st.sampled_from(["80.00", "30.00"]))
    def pay_otherwise(self, which: int, amount: str) -> None:
        with scope(self.organisation), perhaps_crashing(False):
            found = Contribution.objects.order_by("pk")[which]
            if found.left and not found.order.payments.open().filter(method="transfer").exists():
                by_hand.receive(owing.pending(found.order, amount), amount=Decimal(amount), by=None)

    @invariant()
    def nothing_is_collected_twice(self) -> None:
        with scope(self.organisation):
            assert overcollected() == []
            for debit in Debit.objects.filter(state=State.COLLECTED):
                came = Payment.objects.filter(debit_items__debit=debit, state=Payment.State.PAID)
                assert came.exists()


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_nothing_is_collected_twice(db: Any) -> None:
    run_state_machine_as_test(Collecting, settings=settings(max_examples=12, stateful_step_count=14, deadline=None))


def _announce_twice_at_once(organisation: Any, seen: str) -> list[Any]:
    def announce() -> CollectionRun:
        return collecting.announce(CreditorAccount.objects.get(), timezone.localdate(), seen=seen, by=None)

    return at_once(in_scope_of(organisation, announce), in_scope_of(organisation, announce))


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_announce_the_same_once(organisation: Any) -> None:
    with scope(organisation):
        creditor()
        owed()
        seen = planning.plan(CreditorAccount.objects.get(), timezone.localdate()).digest
    _announce_twice_at_once(organisation, seen)
    with scope(organisation):
        assert (CollectionRun.objects.count(), DebitItem.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_treasurers_release_one_file(organisation: Any) -> None:
    with scope(organisation):
        creditor()
        owed()
        seen = planning.plan(CreditorAccount.objects.get(), timezone.localdate()).digest
        run = collecting.announce(CreditorAccount.objects.get(), timezone.localdate(), seen=seen, by=None)
        anna, bert = make.staff("treasurer"), make.staff("treasurer")
    at_once(
        in_scope_of(organisation, lambda: collecting.release(run, by=anna)),
        in_scope_of(organisation, lambda: collecting.release(run, by=bert)),
    )
    with scope(organisation):
        assert CollectionRun.objects.get().files.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_files_bring_the_same_return_at_once(organisation: Any) -> None:
    with scope(organisation):
        creditor()
        owed()
        seen = planning.plan(CreditorAccount.objects.get(), timezone.localdate()).digest
        run = collecting.announce(CreditorAccount.objects.get(), timezone.localdate(), seen=seen, by=None)
        collecting.release(run, by=make.staff("treasurer"))
        debit = Debit.objects.get()

    def apply() -> Any:
        return returns.apply(debit, returns.Reported("AM04", "statement", timezone.localdate()))

    at_once(in_scope_of(organisation, apply), in_scope_of(organisation, apply))
    with scope(organisation):
        assert DebitReturn.objects.count() == 1


def _second_item() -> None:
    """What a faulty program would do: the same contribution in another debit, past all code."""
    debit = Debit.objects.get()
    item = DebitItem.objects.get()
    debit.pk, debit.reference = None, "E2"
    debit.save(force_insert=True)
    item.pk, item.attempt, item.debit = None, 2, debit
    item.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_guarded", [True, False])
def test_without_the_promise_of_the_database_it_is_collected_twice(organisation: Any, is_guarded: bool) -> None:
    """The negative control: the proof above sees a double collection where nothing prevents it."""
    with scope(organisation):
        creditor()
        owed()
        seen = planning.plan(CreditorAccount.objects.get(), timezone.localdate()).digest
        collecting.announce(CreditorAccount.objects.get(), timezone.localdate(), seen=seen, by=None)
    if is_guarded:
        with pytest.raises(IntegrityError), scope(organisation):
            _second_item()
        with scope(organisation):
            assert overcollected() == []
        return
    with unguarded(), scope(organisation):
        _second_item()
        assert overcollected() == list(Contribution.objects.all())
        Debit.objects.filter(reference="E2").delete()


@contextmanager
def unguarded() -> Iterator[None]:
    """Without the constraint and the trigger, until the block ends."""
    index = f"CREATE UNIQUE INDEX {NOBODY_TAKES_TWICE} ON direct_debit_debititem (organisation_id, contribution_id)"
    with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
        owner.execute(f"DROP INDEX {NOBODY_TAKES_TWICE}")
        owner.execute("ALTER TABLE direct_debit_debititem DISABLE TRIGGER debit_items_add_up")
    try:
        yield
    finally:
        with psycopg.connect(database.url(database.my_name()), autocommit=True) as owner:
            owner.execute(f"{index} WHERE state IN ('announced', 'under_way')")
            owner.execute("ALTER TABLE direct_debit_debititem ENABLE TRIGGER debit_items_add_up")
