"""A collection from the notice to the money: announced, released, handed to the bank, booked (C3).

Locks: the organisation's collecting, the run, orders in the order of their keys, debits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects

from kring.accounts.models import User
from kring.billing.locking import rows_to_lock
from kring.core import dates, jobs, sepa
from kring.core.locks import lock
from kring.core.many_rows import update
from kring.core.transactions import in_transaction
from kring.direct_debit import collection_mails, files, mandates, planning, refusals
from kring.direct_debit.accounts import why_not_reached
from kring.direct_debit.creditors import COLLECTING
from kring.direct_debit.models import (
    CollectionRun,
    CreditorAccount,
    Debit,
    DebitItem,
    Mandate,
    MandateVersion,
    NotCollected,
)
from kring.direct_debit.planning import Plan, PlannedDebit
from kring.organisations.audit import log
from kring.organisations.current import current_organisation
from kring.payments import by_hand
from kring.payments.models import Payment

METHOD = "direct_debit"
BATCH = 1000
# Booked in one transaction.
AT_ONCE = 50
Why, State = NotCollected.Why, Debit.State


@in_transaction
def announce(
    creditor: CreditorAccount, wanted_on: date, *, seen: str, by: User | None, with_leavers: bool = False
) -> CollectionRun:
    """Everybody in the plan is told, and their bills are under way from now on. `seen`: the plan's digest, as it was
    shown. Raises NothingToCollect, PlanChanged."""
    lock([COLLECTING])
    keys = planning.plan(creditor, wanted_on, with_leavers=with_leavers).orders
    list(rows_to_lock().filter(pk__in=keys).order_by("pk"))
    # As it is now that nobody changes it.
    plan = planning.plan(creditor, wanted_on, with_leavers=with_leavers)
    if not plan.debits:
        raise refusals.NothingToCollect
    if plan.digest != seen or not set(plan.orders) <= set(keys):
        raise refusals.PlanChanged
    run = CollectionRun.objects.create(
        creditor_account=creditor,
        wanted_on=wanted_on,
        collect_on=plan.collect_on,
        with_leavers=with_leavers,
        needs_two=creditor.needs_two,
        announced=len(plan.debits),
        total=plan.total,
        prepared_by=by,
    )
    debits = _write_debits(run, plan)
    NotCollected.objects.bulk_create(
        (
            NotCollected(run=run, contribution=each.contribution, amount=each.amount, why=each.why)
            for each in plan.left_out
        ),
        batch_size=BATCH,
    )
    collection_mails.announced(run, list(zip(debits, plan.debits, strict=True)))
    log("collection.announced", run, new={"number": len(debits), "amount": plan.total}, actor=by)
    return run


def _write_debits(run: CollectionRun, plan: Plan) -> list[Debit]:
    debits = Debit.objects.bulk_create(
        [
            Debit(
                run=run,
                mandate=each.mandate,
                version=each.version,
                amount=each.amount,
                sequence=each.sequence,
                text=_text(each),
            )
            for each in plan.debits
        ],
        batch_size=BATCH,
    )
    payments, numbers = dict[tuple[int, int], Payment](), Counter[int]()
    for debit, each in zip(debits, plan.debits, strict=True):
        for part in each.parts:
            order = part.contribution.order
            assert order is not None
            key = (debit.pk, part.order_key)
            if key not in payments:
                number = numbers[debit.pk]
                numbers[debit.pk] += 1
                payments[key] = Payment(
                    order=order,
                    method=METHOD,
                    state=Payment.State.PENDING,
                    amount=Decimal(0),
                    currency=order.currency,
                    is_test=order.is_test,
                    reference=f"{debit.reference}-{number}" if number else debit.reference,
                )
            payments[key].amount += part.amount
    Payment.objects.bulk_create(payments.values(), batch_size=BATCH)
    DebitItem.objects.bulk_create(
        [
            DebitItem(
                debit=debit,
                contribution=part.contribution,
                attempt=part.attempt,
                payment=payments[debit.pk, part.order_key],
                amount=part.amount,
            )
            for debit, each in zip(debits, plan.debits, strict=True)
            for part in each.parts
        ],
        batch_size=BATCH,
    )
    return debits


def _text(debit: PlannedDebit) -> str:
    """What the payer reads on their statement."""
    numbers = dict.fromkeys(part.contribution.order.number for part in debit.parts if part.contribution.order)
    text = f"{current_organisation().name}: {', '.join(debit.members)} ({', '.join(numbers)})"
    return sepa.letters(text, sepa.LONGEST_TEXT)


@in_transaction
def release(run: CollectionRun, *, by: User) -> list[Debit]:
    """Look again at all that was announced, leave out what cannot be collected any more, and make the file; those left
    out are told, and given back.

    Raises SamePerson, WrongState (somebody else was quicker), TooLateForTheBank, NothingLeft, FileInvalid.
    """
    run = _locked(run)
    if run.needs_two and run.prepared_by_id == by.pk:
        raise refusals.SamePerson
    if run.state == CollectionRun.State.ANNOUNCED and planning.first_in_time(run.creditor_account) > run.collect_on:
        raise refusals.TooLateForTheBank(day=dates.plain_day(run.collect_on))
    run.release(by)
    debits = _debits_of(run, [State.ANNOUNCED])
    why = _why_not_any_more(run, debits)
    kept = [each for each in debits if each.pk not in why]
    if not kept:
        raise refusals.NothingLeft
    left_out = [each for each in debits if each.pk in why]
    _leave_out(run, left_out, why)
    amended = files.amendments(kept)
    for each in kept:
        found = amended.get(each.mandate_id)
        each.amendment = {name: value for name, value in vars(found).items() if value} if found else {}
    made = files.make(run, kept)
    _write(kept, state=State.UNDER_WAY, own=("batch", "amendment", "version_id"))
    run.total = made.total
    CollectionRun.objects.filter(pk=run.pk).update(total=made.total)
    facts = {"number": made.number, "amount": made.total, "left_out": len(left_out), "file": made.message_id}
    log("collection.released", run, new=facts, actor=by)
    return left_out


def _why_not_any_more(run: CollectionRun, debits: Sequence[Debit]) -> dict[int, dict[int, str]]:
    """By debit, by contribution: what has happened since the notice. Sets the version that is in force now."""
    mandate_keys = [each.mandate_id for each in debits]
    mandate_rows = Mandate.objects.with_people().in_bulk(mandate_keys)
    versions = {each.mandate_id: each for each in MandateVersion.objects.in_force().filter(mandate__in=mandate_keys)}
    found: dict[int, dict[int, str]] = {}
    for debit in debits:
        mandate = debit.mandate = mandate_rows[debit.mandate_id]
        debit.version = versions[mandate.pk]
        against = ""
        if not mandate.is_active:
            against = Why.LAPSED if mandate.state == Mandate.State.LAPSED else Why.ENDED
        elif mandate.hold:
            against = Why.HELD
        against = against or why_not_reached(debit.version, mandate.payer)
        items = list(debit.items.all())
        reasons = {each.contribution_id: against or _why_not(each, run) for each in items}
        if any(reasons.values()):
            # Of several in one debit the others are not collected either: another sum was announced.
            found[debit.pk] = {key: why or Why.CHANGED for key, why in reasons.items()}
    return found


def _why_not(item: DebitItem, run: CollectionRun) -> str:
    contribution = item.contribution
    if contribution.is_waived:
        return Why.WAIVED
    if not contribution.left:
        return Why.PAID
    if contribution.left < item.amount:
        return Why.CHANGED
    return planning.why_left_out(contribution, run.collect_on, with_leavers=run.with_leavers)


def _leave_out(run: CollectionRun, debits: Sequence[Debit], why: dict[int, dict[int, str]]) -> None:
    for each in debits:
        [first, *_others] = [reason for reason in why[each.pk].values() if reason != Why.CHANGED] or [Why.CHANGED]
        each.why = first
    _write(debits, state=State.LEFT_OUT, own=("why",))
    NotCollected.objects.bulk_create(
        (
            NotCollected(
                run=run,
                contribution=item.contribution,
                amount=item.amount,
                why=why[each.pk][item.contribution_id],
                at_release=True,
            )
            for each in debits
            for item in each.items.all()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    _let_go(debits)
    collection_mails.called_off(run, debits)


def _write(debits: Sequence[Debit], *, state: str, own: Sequence[str]) -> None:
    """`own`: what of each is written beside its new state."""
    for each in debits:
        each.state = state
    update(Debit, [{"id": each.pk, "state": state, **{name: getattr(each, name) for name in own}} for each in debits])


def _let_go(debits: Iterable[Debit]) -> None:
    Payment.objects.filter(debit_items__debit__in=[each.pk for each in debits]).let_go()


@in_transaction
def hand_over(run: CollectionRun, *, by: User | None) -> None:
    """The bank has the file. Raises WrongState."""
    run = _locked(run)
    run.hand_over(by)
    log("collection.handed_over", run, actor=by)


@in_transaction
def call_off(run: CollectionRun, *, seen: str, by: User | None) -> None:
    """It was not, and will not be, given to the bank: nothing of it is collected, and everybody is told. Raises
    WrongState, also where it is not in the state any more that was `seen`."""
    run = _locked(run)
    run.call_off(by, seen)
    debits = _debits_of(run, Debit.LIVE)
    for each in debits:
        each.why = "called_off"
    _write(debits, state=State.LEFT_OUT, own=("why",))
    _let_go(debits)
    collection_mails.called_off(run, debits)
    log("collection.called_off", run, new={"number": len(debits)}, actor=by)


@in_transaction
def book(run: CollectionRun, *, on: date, by: User | None, batch: int = 0) -> bool:
    """The bank has credited all that it has not returned, or all of one batch. False: known before. The first at once,
    the others by a job.

    Raises NotWithTheBank.
    """
    run = _locked(run)
    if run.state == CollectionRun.State.RELEASED:
        run.hand_over(by)
    if run.state in (CollectionRun.State.BOOKED, CollectionRun.State.DONE):
        return False
    if run.state != CollectionRun.State.HANDED_OVER:
        raise refusals.NotWithTheBank
    rest = run.debits.filter(state=State.UNDER_WAY).exclude(batch=batch) if batch else Debit.objects.none()
    if not rest.exists():
        run.book(on)
    log("collection.booked", run, new={"day": on}, actor=by)
    collect_some(run, on=on, batch=batch)
    return True


def collect_some(run: CollectionRun, *, on: date, batch: int = 0) -> None:
    """A part of those that are not noted as collected, and a job for the rest. With the last the run is booked."""
    run = _locked(run)
    rows = run.debits.filter(state=State.UNDER_WAY)
    rows = rows.filter(batch=batch) if batch else rows
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
    _collect(keys[:AT_ONCE], on=on)
    if len(keys) > AT_ONCE:
        jobs.later("direct_debit.collect", run_id=run.pk, on=on.isoformat(), batch=batch)
    elif run.state == CollectionRun.State.HANDED_OVER and not run.debits.filter(state=State.UNDER_WAY).exists():
        run.book(on)


@in_transaction
def book_one(debit: Debit, *, on: date, by: User | None) -> bool:
    """One debit that the bank's statement shows by itself. False: known before, or returned."""
    run = _locked(debit.run)
    if run.state == CollectionRun.State.RELEASED:
        run.hand_over(by)
    return bool(_collect([debit.pk], on=on))


def _collect(keys: Collection[int], *, on: date) -> int:
    _lock_orders(keys)
    rows = Debit.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    found = [each for each in rows.select_related("mandate", "run") if each.collect(on)]
    for debit in found:
        for payment, amount in debit.payments():
            by_hand.receive(payment, amount=amount, by=None, on=on, bank_reference=debit.reference)
    for day in {each.run.collect_on for each in found}:
        # Not the day a file says, which may be any: 36 months after the last use a mandate lapses (C3).
        used = [each.mandate_id for each in found if each.run.collect_on == day]
        Mandate.objects.filter(pk__in=used, used_on__lt=day).update(used_on=day)
    return len(found)


@in_transaction
def finish(run: CollectionRun, *, by: User | None) -> None:
    """Nothing more is expected of it; mandates whose last collection it was have ended. Raises WrongState."""
    run = _locked(run)
    run.finish(by)
    ended = Mandate.objects.active().filter(
        debits__run=run, debits__state=State.COLLECTED, debits__sequence__in=["OOFF", "FNAL"]
    )
    for mandate in ended.order_by("pk").distinct():
        mandates.end_used(mandate)
    log("collection.closed", run, actor=by)


def _locked(run: CollectionRun) -> CollectionRun:
    rows = CollectionRun.objects.select_for_update(of=("self",)).select_related("creditor_account")
    found: CollectionRun = rows.get(pk=run.pk)
    return found


def _debits_of(run: CollectionRun, states: Collection[str]) -> list[Debit]:
    """Locked, after their orders; with what each is for."""
    keys = list(run.debits.filter(state__in=states).values_list("pk", flat=True))
    _lock_orders(keys)
    rows = run.debits.filter(pk__in=keys, state__in=states).order_by("pk").select_for_update(of=("self",))
    found = list(rows)
    people = ("contribution__member", "contribution__payer__guardian", "contribution__order")
    prefetch_related_objects(found, Prefetch("items", DebitItem.objects.select_related(*people).order_by("pk")))
    return found


def _lock_orders(debits: Collection[int]) -> None:
    orders = DebitItem.objects.filter(debit__in=debits).values("contribution__order")
    list(rows_to_lock().filter(pk__in=orders).order_by("pk"))
